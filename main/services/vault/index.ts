export { type KeyRing, noKeyRing } from './keyRing.ts';
export { createVaultRouter } from './vault.router.ts';
export { createVault, type LockReason, type Vault, type VaultEvent, type VaultOptions } from './vault.ts';
