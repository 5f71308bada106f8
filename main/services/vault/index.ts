export { type KeyRing, noKeyRing } from './keyRing.ts';
export type { LockReason, VaultEvent } from './session.ts';
export { createVaultRouter } from './vault.router.ts';
export { createVault, type Vault, type VaultOptions } from './vault.ts';
