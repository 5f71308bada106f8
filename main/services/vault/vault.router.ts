import {
  backupInput,
  changePassphraseInput,
  confirmInput,
  createVaultInput,
  lockAfterInput,
  resetPassphraseInput,
  restoreInput,
  unlockInput,
} from '../../../preload/contract/vault.ts';
import { command, everyone, open, router } from '../../base/procedure.ts';
import type { Vault } from './vault.ts';

/** The life cycle of the store. What is possible while it is locked is `open` and told to the audit log by the vault itself. */
export function createVaultRouter(vault: Vault) {
  return router({
    /** → VaultStatus; never fails, also not on a damaged store. */
    status: open.query(() => vault.status()),
    /** { passphrase } → { recoveryCode }, shown this once. Leaves the store unlocked. */
    create: open.input(createVaultInput).mutation(({ input, ctx }) => vault.create(input, ctx.identity)),
    /** { kind: 'passphrase', passphrase } | { kind: 'recovery', code } | { kind: 'os' }. In any role: the secret decides. */
    unlock: open
      .meta({ roles: everyone })
      .input(unlockInput)
      .mutation(({ input, ctx }) => vault.unlock(input, ctx.identity)),
    /** Closes the database and clears its keys. In any role. */
    lock: open.meta({ roles: everyone }).mutation(({ ctx }) => vault.lock(ctx.identity)),
    /** { recoveryCode, next }: a new passphrase for a forgotten one. Leaves the store unlocked. */
    resetPassphrase: open
      .input(resetPassphraseInput)
      .mutation(({ input, ctx }) => vault.resetPassphrase(input, ctx.identity)),
    /** { from, secret } → { replaced }: replaces the locked or missing store by a backup. Leaves it unlocked. */
    restore: open.input(restoreInput).mutation(({ input, ctx }) => vault.restore(input, ctx.identity)),
    /** { current, next } */
    changePassphrase: command.input(changePassphraseInput).mutation(({ input }) => vault.changePassphrase(input)),
    /** { passphrase } → { recoveryCode } */
    renewRecoveryCode: command.input(confirmInput).mutation(({ input }) => vault.renewRecoveryCode(input)),
    /** { passphrase }: lets the key ring of the system open the store. */
    addKeyRingSlot: command.input(confirmInput).mutation(({ input }) => vault.addKeyRingSlot(input)),
    /** The key ring of the system no longer opens the store; passphrase and recovery code do. Does nothing when it never did. */
    removeKeyRingSlot: command.mutation(() => vault.removeKeyRingSlot()),
    /** { minutes }: 1 to 1440 without a request, or null for never. */
    setLockAfter: command
      .meta({ facts: ({ minutes }: { minutes: number | null }) => ({ minutes }) })
      .input(lockAfterInput)
      .mutation(({ input }) => vault.setLockAfter(input)),
    /** { to } → { path, sizeBytes } */
    backup: command
      .meta({ facts: ({ to }: { to: string }) => ({ to }) })
      .input(backupInput)
      .mutation(({ input }) => vault.backup(input)),
  });
}
