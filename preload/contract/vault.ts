import { z } from 'zod';

/** The ways to unwrap the data key. A store has always a passphrase and a recovery slot, and perhaps one in the key ring of the system. */
const slotKind = z.enum(['passphrase', 'recovery', 'os']);

export const passphrase = z.string().min(8, 'A passphrase needs at least 8 characters.').max(1024);

export const vaultStatus = z.object({
  state: z.enum(['none', 'locked', 'unlocked']),
  /** Folder that holds the key file and the database. */
  folder: z.string(),
  /** True when nothing outlives this process (`--ephemeral`). */
  ephemeral: z.boolean(),
  storeId: z.string().nullable(),
  slots: z.array(z.object({ kind: slotKind, createdAt: z.string(), backend: z.string().optional() })),
  /**
   * ISO 8601: when an unlock found another key file than the one that was written last, so that an older passphrase may have opened the store.
   * Null when there was none, when a new passphrase was set since, and while the store is locked.
   */
  keyFileExchangedAt: z.string().nullable(),
  /** Minutes without a request after which the store locks itself; null: never. */
  lockAfterMinutes: z.number().int().min(1).max(1440).nullable(),
  keyRing: z.object({ available: z.boolean(), backend: z.string(), reason: z.string().nullable() }),
  sizeBytes: z.number(),
});
export type VaultStatus = z.infer<typeof vaultStatus>;

export const createVaultInput = z.object({ passphrase });
/** The 160-bit recovery code in eight groups of four; shown once and never stored. */
export const recoveryCode = z.object({ recoveryCode: z.string() });
export const unlockInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('passphrase'), passphrase: z.string().max(1024) }),
  z.object({ kind: z.literal('recovery'), code: z.string().max(200) }),
  z.object({ kind: z.literal('os') }),
]);
export type UnlockInput = z.infer<typeof unlockInput>;
export const changePassphraseInput = z.object({ current: z.string().max(1024), next: passphrase });
/** Sets a new passphrase with the recovery code when the old one is forgotten. */
export const resetPassphraseInput = z.object({ recoveryCode: z.string().max(200), next: passphrase });
export const confirmInput = z.object({ passphrase: z.string().max(1024) });
export const lockAfterInput = z.object({ minutes: z.number().int().min(1).max(1440).nullable() });
/** `to`: an existing folder or a new file ending in .assay-backup. */
export const backupInput = z.object({ to: z.string().min(1).max(4096) });
export const backupResult = z.object({ path: z.string(), sizeBytes: z.number() });
/** Replaces the locked (or missing) store by the backup; the replaced one is kept beside it. */
export const restoreInput = z.object({ from: z.string().min(1).max(4096), secret: unlockInput });
/** Folder that the replaced store was moved to; null when there was none. */
export const restoreResult = z.object({ replaced: z.string().nullable() });
