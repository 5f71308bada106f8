import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { z } from 'zod';
import type {
  backupInput,
  backupResult,
  changePassphraseInput,
  confirmInput,
  createVaultInput,
  lockAfterInput,
  recoveryCode,
  resetPassphraseInput,
  restoreInput,
  restoreResult,
  UnlockInput,
  VaultStatus,
} from '../../../preload/contract/vault.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Identity } from '../../base/procedure.ts';
import { migrations as known, type Migration, type Store } from '../../db/index.ts';
import { writeBackup } from './backup.ts';
import { clearAbandoned, listUnfinished, makeEphemeralFolder } from './ephemeralFolder.ts';
import { createKeyCommands } from './keyCommands.ts';
import { deriveKey } from './keyFile.ts';
import type { KeyRing } from './keyRing.ts';
import { createOpening } from './opening.ts';
import { createSession, type How, host, isEphemeral, type LockReason, type VaultEvent } from './session.ts';
import { storePaths } from './storeFolder.ts';
import { statusOf } from './vaultStatus.ts';

export interface VaultOptions {
  /** The data folder; null: a store in a temporary folder whose key is never kept and which ends with this process. */
  folder: string | null;
  keyRing: KeyRing;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** N of scrypt for a new passphrase slot, a power of two from 2^10 to 2^20; default 2^17 (128 MiB, about half a second). */
  passphraseCost?: number;
  /** Default: those of main/db/migrations. */
  migrations?: readonly Migration[];
  /** Told when a lock after idle time could not be orderly. */
  log?: Pick<Log, 'error'>;
}

/** The life cycle of the encrypted store. Its operations run one after another. */
export interface Vault {
  status(): VaultStatus;
  /** Makes the store and leaves it unlocked. The recovery code is shown once. Faults: STORE_EXISTS, READ_ONLY, DISK_FULL, STORE_IN_USE. */
  create(input: z.output<typeof createVaultInput>, by?: Identity): Promise<z.infer<typeof recoveryCode>>;
  /** Does nothing when it is unlocked already. Faults: NO_STORE, WRONG_SECRET, KEY_FILE_DAMAGED, STORE_DAMAGED, STORE_TOO_NEW, STORE_IN_USE, … */
  unlock(input: UnlockInput, by?: Identity): Promise<void>;
  /** Waits for the listeners (5 s at most), closes the database and clears the keys. CONFLICT for an ephemeral store. */
  lock(by?: Identity): Promise<void>;
  /** WRONG_SECRET unless `current` is right. Rewrites the key file only. */
  changePassphrase(input: z.output<typeof changePassphraseInput>): Promise<void>;
  /** Sets a new passphrase by the recovery code and leaves the store unlocked. */
  resetPassphrase(input: z.output<typeof resetPassphraseInput>, by?: Identity): Promise<void>;
  /** A new recovery code; the old one no longer counts. WRONG_SECRET unless the passphrase is right. */
  renewRecoveryCode(input: z.output<typeof confirmInput>): Promise<z.infer<typeof recoveryCode>>;
  /** Faults: WRONG_SECRET, KEY_RING_UNAVAILABLE. */
  addKeyRingSlot(input: z.output<typeof confirmInput>): Promise<void>;
  removeKeyRingSlot(): Promise<void>;
  setLockAfter(input: z.output<typeof lockAfterInput>): Promise<void>;
  /** One file with the database, its key file and the head of the audit log. Faults: NOT_FOUND, CONFLICT, DISK_FULL, READ_ONLY. */
  backup(input: z.output<typeof backupInput>): Promise<z.infer<typeof backupResult>>;
  /** Checks the backup as a whole before it replaces anything, then leaves the store unlocked. Tells where the replaced store is kept. */
  restore(input: z.output<typeof restoreInput>, by?: Identity): Promise<z.infer<typeof restoreResult>>;
  /** The open store. Faults: LOCKED, NO_STORE. */
  store(): Store;
  /**
   * Told of files elsewhere that work is about to write and takes away itself, unless it is killed. A store that is kept has its jobs to
   * do that later; what an ephemeral one left, the next Assay that starts takes away.
   */
  unfinished(files: readonly string[]): void;
  /** Path of a small file that the audit log keeps its head in, outside the database; backups carry it. */
  readonly auditHeadFile: string;
  /** 32 bytes for one purpose, derived from the data key; the caller clears them. Faults: LOCKED, NO_STORE. */
  deriveKey(purpose: string): Buffer;
  /** Someone is at work: postpones the idle lock. */
  touch(): void;
  /** While any of these says true, e.g. because a job runs, the store does not lock itself. Returns what ends it. */
  busyWhile(isBusy: () => boolean): () => void;
  /** Called at every unlock, and at once when the store is unlocked now; `how` says whether it was made by that call. Returns what ends it. */
  onUnlocked(listener: (store: Store, how: How) => void): () => void;
  /** Called before the store is closed, the last added first; the store can still be used until the promise settles. */
  onLocking(listener: (reason: LockReason, by: Identity) => void | Promise<void>): () => void;
  /** Called with what the audit log is to keep, always while the store is open. */
  onEvent(listener: (event: VaultEvent) => void): () => void;
  /** Locks, and removes an ephemeral store. */
  close(): Promise<void>;
}

export function createVault({
  folder,
  keyRing,
  changes,
  clock,
  passphraseCost = 2 ** 17,
  migrations = known,
  log,
}: VaultOptions): Vault {
  const ephemeral = folder === null;
  clearAbandoned(clock.now());
  const paths = storePaths(folder ?? makeEphemeralFolder());
  const session = createSession({ paths, ephemeral, changes, clock, migrations, log });
  const parts = { session, keyRing, clock, passphraseCost, migrations };
  const remove = () => rmSync(paths.folder, { recursive: true, force: true });
  if (ephemeral) {
    try {
      session.openEphemeral(randomBytes(32), randomBytes(12).toString('hex'));
    } catch (thrown) {
      remove();
      throw thrown;
    }
  }

  return {
    status: () => statusOf(session, keyRing),
    ...createOpening(parts),
    ...createKeyCommands(parts),

    lock: (by = host) =>
      session.inTurn(async () => {
        if (ephemeral) throw isEphemeral();
        await session.close('asked', by);
      }),

    backup: ({ to }) => session.inTurn(async () => writeBackup(paths, session.requireKeys().dataKey, to, clock.now())),

    store: () => session.requireOpen().store,
    unfinished(files) {
      if (ephemeral) listUnfinished(paths.folder, files);
    },
    auditHeadFile: paths.auditHead,
    deriveKey(purpose) {
      const { dataKey, storeId } = session.requireOpen();
      return deriveKey(dataKey, storeId, purpose);
    },
    touch: session.touch,
    busyWhile: session.busyWhile,
    onUnlocked: session.onUnlocked,
    onLocking: session.onLocking,
    onEvent: session.onEvent,

    close: () =>
      session.inTurn(async () => {
        session.stopIdleCheck();
        try {
          await session.close('closing', host);
        } finally {
          if (ephemeral) remove();
        }
      }),
  };
}
