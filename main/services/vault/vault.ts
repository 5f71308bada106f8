import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
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
  UnlockInput,
  VaultStatus,
} from '../../../preload/contract/vault.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import {
  migrations as known,
  type Migration,
  migrate,
  type OwnedStore,
  openStore,
  type Store,
} from '../../db/index.ts';
import { copyBeforeMigration, finishRestore, prepareRestore, writeBackup } from './backup.ts';
import { deriveKey, type KeyFile, readKeyFile, sealSettings, settingsHold, writeKeyFile } from './keyFile.ts';
import { type KeyRing, usableKeyRing } from './keyRing.ts';
import { newRecoveryCode } from './recoveryCode.ts';
import { keyRingSlot, openSlot, passphraseSlot, recoverySlot, sameKey, withSlot } from './slots.ts';
import {
  countFailedUnlock,
  forgetFailedUnlocks,
  makeEphemeralFolder,
  readFailedUnlocks,
  storePaths,
  storeSize,
  takeStore,
} from './storeFolder.ts';

export interface VaultOptions {
  /** The data folder; null: a store in a temporary folder whose key is never kept and which ends with this process. */
  folder: string | null;
  keyRing: KeyRing;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** N of scrypt for a new passphrase slot, a power of two; default 2^17 (128 MiB, about half a second). */
  passphraseCost?: number;
  /** Default: those of main/db/migrations. */
  migrations?: readonly Migration[];
}

/** Something that the audit log keeps about the store itself. */
export interface VaultEvent {
  action: string;
  by: Identity;
  facts: Facts;
}

export type LockReason = 'asked' | 'idle' | 'closing';

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
  /** Checks the backup as a whole before it replaces anything, then leaves the store unlocked. */
  restore(input: z.output<typeof restoreInput>, by?: Identity): Promise<void>;
  /** The open store. Faults: LOCKED, NO_STORE. */
  store(): Store;
  /** Path of a small file that the audit log keeps its head in, outside the database; backups carry it. */
  readonly auditHeadFile: string;
  /** 32 bytes for one purpose, derived from the data key; the caller clears them. Faults: LOCKED, NO_STORE. */
  deriveKey(purpose: string): Buffer;
  /** Someone is at work: postpones the idle lock. */
  touch(): void;
  /** Called at every unlock, and at once when the store is unlocked now. Returns what ends it. */
  onUnlocked(listener: (store: Store) => void): () => void;
  /** Called before the store is closed, the last added first; the store can still be used until the promise settles. */
  onLocking(listener: (reason: LockReason, by: Identity) => void | Promise<void>): () => void;
  /** Called with what the audit log is to keep, always while the store is open. */
  onEvent(listener: (event: VaultEvent) => void): () => void;
  /** Locks, and removes an ephemeral store. */
  close(): Promise<void>;
}

interface Opened {
  store: OwnedStore;
  dataKey: Buffer;
  storeId: string;
  /** Null for an ephemeral store. */
  keys: KeyFile | null;
  lock: { release(): void };
}

const host: Identity = { person: 'Assay', role: 'owner', home: 'host' };
const defaultLockAfterMinutes = 15;
const lockingDeadlineMs = 5000;

export function createVault(options: VaultOptions): Vault {
  const { keyRing, changes, clock, passphraseCost = 2 ** 17, migrations = known } = options;
  const ephemeral = options.folder === null;
  const paths = storePaths(options.folder ?? makeEphemeralFolder(clock.now()));
  const unlockedListeners = new Set<(store: Store) => void>();
  const lockingListeners = new Set<(reason: LockReason, by: Identity) => void | Promise<void>>();
  const eventListeners = new Set<(event: VaultEvent) => void>();
  let opened: Opened | null = null;
  let lastTouched = clock.now();
  let last: Promise<unknown> = Promise.resolve();

  if (ephemeral) {
    const lock = takeStore(paths, clock.now());
    const dataKey = randomBytes(32);
    const store = openStore({ file: paths.database, key: dataKey, how: 'create' });
    migrate(store, { migrations, backUp: () => undefined, now: clock.now });
    opened = { store, dataKey, storeId: randomBytes(12).toString('hex'), keys: null, lock };
  }

  const idleCheck = setInterval(() => {
    const minutes = opened?.keys?.settings.lockAfterMinutes;
    if (minutes && clock.now() - lastTouched >= minutes * 60_000) void inTurn(() => closeStore('idle', host));
  }, 5000);
  idleCheck.unref();

  /** One operation after another, so that two windows cannot create, unlock and lock across each other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function emit(action: string, by: Identity, facts: Facts = {}): void {
    for (const listener of eventListeners) listener({ action, by, facts });
  }

  function requireOpen(): Opened {
    if (opened) return opened;
    if (existsSync(paths.keys) || existsSync(paths.database))
      throw new Fault('LOCKED', `The store in ${paths.folder} is locked. Unlock it to go on.`);
    throw noStore();
  }

  /** What an ephemeral store, having no key file, cannot do. */
  function requireKeys(): Opened & { keys: KeyFile } {
    const { keys, ...rest } = requireOpen();
    if (!keys) throw isEphemeral();
    return { ...rest, keys };
  }

  function noStore(): Fault {
    return new Fault('NO_STORE', `There is no store in ${paths.folder} yet. Create one, or restore a backup.`);
  }

  function exists(): Fault {
    return new Fault(
      'STORE_EXISTS',
      `There is already a store in ${paths.folder}. Unlock it, or choose another data folder.`,
    );
  }

  function isEphemeral(): Fault {
    return new Fault('CONFLICT', 'This store is ephemeral: it has no passphrase and ends with this process.');
  }

  function requireKeyFile(): KeyFile {
    const keys = readKeyFile(paths.keys);
    if (keys) return keys;
    if (!existsSync(paths.database)) throw noStore();
    throw new Fault(
      'KEY_FILE_DAMAGED',
      `The key file ${paths.keys} is missing. Put back a copy of it: there is one in every backup of this store. Without it the store cannot be opened.`,
      { facts: { path: paths.keys } },
    );
  }

  function saveKeys(keys: KeyFile): void {
    writeKeyFile(paths.keys, keys);
    if (opened) opened.keys = keys;
    changes.announce('vault');
  }

  /** Takes the store for this process while `work` opens it; gives it back when that fails. */
  async function taking<T>(work: (lock: Opened['lock']) => Promise<T>): Promise<T> {
    const lock = takeStore(paths, clock.now());
    try {
      finishRestore(paths);
      return await work(lock);
    } catch (error) {
      if (opened?.lock !== lock) lock.release();
      throw error;
    }
  }

  /** Opens the database with the right key, migrates it, and tells everybody. Takes over the data key. */
  async function openWith(
    keys: KeyFile,
    dataKey: Buffer,
    lock: Opened['lock'],
    how: 'create' | 'open',
    event: VaultEvent,
  ): Promise<void> {
    let store: OwnedStore | undefined;
    try {
      store = openStore({ file: paths.database, key: dataKey, how });
      const migrating = store;
      const applied = migrate(store, {
        migrations,
        backUp: (next) => copyBeforeMigration(paths, migrating, next, clock.now()),
        now: clock.now,
      });
      const settingsKept = settingsHold(keys, dataKey);
      if (!settingsKept) {
        keys = { ...keys, settings: sealSettings(keys.storeId, defaultLockAfterMinutes, dataKey) };
        writeKeyFile(paths.keys, keys);
      }
      opened = { store, dataKey, storeId: keys.storeId, keys, lock };
      lastTouched = clock.now();
      for (const listener of unlockedListeners) listener(store);
      const failed = readFailedUnlocks(paths);
      emit(event.action, event.by, {
        ...event.facts,
        ...(failed ? { failedAttempts: failed.count, lastFailedAt: failed.lastAt } : {}),
        ...(applied.length > 0 && how === 'open' ? { migratedTo: applied[applied.length - 1]?.number ?? 0 } : {}),
        ...(settingsKept ? {} : { settingsReset: true }),
      });
      forgetFailedUnlocks(paths);
    } catch (error) {
      opened = null;
      store?.close();
      dataKey.fill(0);
      throw error;
    }
    changes.announce('vault');
  }

  async function closeStore(reason: LockReason, by: Identity): Promise<void> {
    if (!opened) return;
    const closing = opened;
    let failure: unknown;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lockingDeadlineMs);
    });
    for (const listener of [...lockingListeners].reverse()) {
      // After the deadline each is still called, only not waited for.
      const settled = (async () => listener(reason, by))().catch((error: unknown) => {
        failure ??= error;
      });
      await Promise.race([settled, deadline]);
    }
    clearTimeout(timer);
    opened = null;
    try {
      closing.store.close();
    } finally {
      closing.dataKey.fill(0);
      closing.lock.release();
      changes.announce('vault');
    }
    if (failure) throw failure;
  }

  /** The data key by the passphrase, to confirm that it is the owner who asks. */
  async function confirm(passphrase: string): Promise<Opened & { keys: KeyFile }> {
    const current = requireKeys();
    const found = await openSlot(current.keys, { kind: 'passphrase', passphrase }, keyRing, paths.folder);
    const same = sameKey(found, current.dataKey);
    found.fill(0);
    if (!same)
      throw new Fault(
        'KEY_FILE_DAMAGED',
        `The key file ${paths.keys} belongs to another store. Put back a copy of its own from a backup.`,
      );
    return current;
  }

  function slotContext({ storeId, dataKey }: { storeId: string; dataKey: Buffer }) {
    return { storeId, dataKey, createdAt: new Date(clock.now()).toISOString() };
  }

  return {
    status() {
      const keys = opened ? opened.keys : ephemeral ? null : peekKeys();
      const exists = existsSync(paths.keys) || existsSync(paths.database);
      return {
        state: opened ? 'unlocked' : exists ? 'locked' : 'none',
        folder: paths.folder,
        ephemeral,
        storeId: opened?.storeId ?? keys?.storeId ?? null,
        slots: (keys?.slots ?? []).map((slot) => ({
          kind: slot.kind,
          createdAt: slot.createdAt,
          ...(slot.kind === 'os' ? { backend: slot.backend } : {}),
        })),
        lockAfterMinutes: keys?.settings.lockAfterMinutes ?? null,
        keyRing: usableKeyRing(keyRing),
        sizeBytes: storeSize(paths),
      };
    },

    create: ({ passphrase }, by = host) =>
      inTurn(async () => {
        if (ephemeral) throw isEphemeral();
        if (opened) throw exists();
        return taking(async (lock) => {
          if (existsSync(paths.keys) || existsSync(paths.database)) throw exists();
          const dataKey = randomBytes(32);
          const storeId = randomBytes(12).toString('hex');
          const context = slotContext({ storeId, dataKey });
          const code = newRecoveryCode();
          const keys: KeyFile = {
            format: 'assay-keys',
            version: 1,
            storeId,
            createdAt: context.createdAt,
            slots: [await passphraseSlot(context, passphrase, passphraseCost), recoverySlot(context, code)],
            settings: sealSettings(storeId, defaultLockAfterMinutes, dataKey),
          };
          try {
            // The key file first: a database without its key would be lost, a key without a database is not.
            writeKeyFile(paths.keys, keys);
            await openWith(keys, dataKey, lock, 'create', { action: 'vault.create', by, facts: {} });
          } catch (error) {
            for (const file of [
              paths.keys,
              paths.database,
              `${paths.database}-wal`,
              `${paths.database}-shm`,
              paths.auditHead,
            ])
              rmSync(file, { force: true });
            throw error;
          }
          return { recoveryCode: code };
        });
      }),

    unlock: (input, by = host) =>
      inTurn(async () => {
        if (opened) return;
        requireSomething();
        await taking(async (lock) => {
          const keys = requireKeyFile();
          const dataKey = await openSlot(keys, input, keyRing, paths.folder).catch((error: unknown) => {
            if (error instanceof Fault && error.code === 'WRONG_SECRET') countFailedUnlock(paths, clock.now());
            throw error;
          });
          await openWith(keys, dataKey, lock, 'open', { action: 'vault.unlock', by, facts: { slot: input.kind } });
        });
      }),

    lock: (by = host) =>
      inTurn(async () => {
        if (ephemeral) throw isEphemeral();
        await closeStore('asked', by);
      }),

    changePassphrase: ({ current, next }) =>
      inTurn(async () => {
        const { keys, ...rest } = await confirm(current);
        saveKeys(withSlot(keys, await passphraseSlot(slotContext(rest), next, passphraseCost)));
      }),

    resetPassphrase: ({ recoveryCode: code, next }, by = host) =>
      inTurn(async () => {
        if (ephemeral) throw isEphemeral();
        const reset = async (): Promise<{ keys: KeyFile; dataKey: Buffer }> => {
          const keys = requireKeyFile();
          const dataKey = await openSlot(keys, { kind: 'recovery', code }, keyRing, paths.folder).catch(
            (error: unknown) => {
              if (error instanceof Fault && error.code === 'WRONG_SECRET' && !opened)
                countFailedUnlock(paths, clock.now());
              throw error;
            },
          );
          const changed = withSlot(
            keys,
            await passphraseSlot(slotContext({ storeId: keys.storeId, dataKey }), next, passphraseCost),
          );
          saveKeys(changed);
          return { keys: changed, dataKey };
        };
        if (opened) {
          const { dataKey } = await reset();
          dataKey.fill(0);
          emit('vault.resetPassphrase', by);
          return;
        }
        requireSomething();
        await taking(async (lock) => {
          const { keys, dataKey } = await reset();
          await openWith(keys, dataKey, lock, 'open', {
            action: 'vault.resetPassphrase',
            by,
            facts: { slot: 'recovery' },
          });
        });
      }),

    renewRecoveryCode: ({ passphrase }) =>
      inTurn(async () => {
        const { keys, ...rest } = await confirm(passphrase);
        const code = newRecoveryCode();
        saveKeys(withSlot(keys, recoverySlot(slotContext(rest), code)));
        return { recoveryCode: code };
      }),

    addKeyRingSlot: ({ passphrase }) =>
      inTurn(async () => {
        const { keys, ...rest } = await confirm(passphrase);
        saveKeys(withSlot(keys, await keyRingSlot(slotContext(rest), keyRing)));
      }),

    removeKeyRingSlot: () =>
      inTurn(async () => {
        const { keys } = requireKeys();
        saveKeys({ ...keys, slots: keys.slots.filter(({ kind }) => kind !== 'os') });
      }),

    setLockAfter: ({ minutes }) =>
      inTurn(async () => {
        const { keys, storeId, dataKey } = requireKeys();
        saveKeys({ ...keys, settings: sealSettings(storeId, minutes, dataKey) });
      }),

    backup: ({ to }) =>
      inTurn(async () => {
        const { store } = requireKeys();
        return writeBackup(paths, store, to, clock.now());
      }),

    restore: ({ from, secret }, by = host) =>
      inTurn(async () => {
        if (ephemeral) throw isEphemeral();
        if (opened)
          throw new Fault('CONFLICT', `The store in ${paths.folder} is open. Lock it before a backup replaces it.`);
        await taking(async (lock) => {
          const { keys, dataKey, replaced } = await prepareRestore(paths, {
            from,
            secret,
            keyRing,
            migrations,
            now: clock.now(),
          });
          finishRestore(paths);
          await openWith(keys, dataKey, lock, 'open', { action: 'vault.restore', by, facts: { from, replaced } });
        });
      }),

    auditHeadFile: paths.auditHead,
    store: () => requireOpen().store,
    deriveKey: (purpose) => deriveKey(requireOpen().dataKey, requireOpen().storeId, purpose),
    touch() {
      lastTouched = clock.now();
    },
    onUnlocked(listener) {
      unlockedListeners.add(listener);
      if (opened) listener(opened.store);
      return () => unlockedListeners.delete(listener);
    },
    onLocking(listener) {
      lockingListeners.add(listener);
      return () => lockingListeners.delete(listener);
    },
    onEvent(listener) {
      eventListeners.add(listener);
      return () => eventListeners.delete(listener);
    },
    close: () =>
      inTurn(async () => {
        clearInterval(idleCheck);
        try {
          await closeStore('closing', host);
        } finally {
          if (ephemeral) rmSync(paths.folder, { recursive: true, force: true });
        }
      }),
  };

  /** So that a look at an empty folder does not make it. */
  function requireSomething(): void {
    if (!existsSync(paths.keys) && !existsSync(paths.database) && !existsSync(paths.folder)) throw noStore();
  }

  /** For the status only: a damaged key file is told by the unlock. */
  function peekKeys(): KeyFile | null {
    try {
      return readKeyFile(paths.keys);
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  }
}
