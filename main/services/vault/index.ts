export { type KeyRing, noKeyRing } from './keyRing.ts';
export { createVaultRouter } from './vault.router.ts';
export { createVault, type Vault } from './vault.ts';
