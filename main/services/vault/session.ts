import { existsSync } from 'node:fs';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import { besideHost, type Migration, migrate, type OwnedStore, openStore, type Store } from '../../db/index.ts';
import { copyBeforeMigration, finishRestore } from './backup.ts';
import { type KeyFile, sealSettings, settingsHold } from './keyFile.ts';
import { checkKeyFile, saveKeyFile } from './keyRecord.ts';
import { forgetFailedUnlocks, readFailedUnlocks, type StorePaths, takeStore } from './storeFolder.ts';

/** Something that the audit log keeps about the store itself. */
export interface VaultEvent {
  action: string;
  by: Identity;
  facts: Facts;
}

export type LockReason = 'asked' | 'idle' | 'closing';

/** Whether the store was made by this call, or was there before. */
export type How = 'create' | 'open';

/** The store while it is open. */
export interface Opened {
  how: How;
  store: OwnedStore;
  dataKey: Buffer;
  storeId: string;
  /** Null for an ephemeral store. */
  keys: KeyFile | null;
  /** ISO 8601: when another key file than the one written last was found; null once a new passphrase was set since. */
  keyFileExchangedAt: string | null;
  lock: StoreLock;
}
export type StoreLock = { release(): void };
export type OpenedWithKeys = Opened & { keys: KeyFile };

export interface SessionOptions {
  paths: StorePaths;
  ephemeral: boolean;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  migrations: readonly Migration[];
  log?: Pick<Log, 'error'> | undefined;
}

/** Who acts when nobody asked: the idle lock, the end of the process. */
export const host: Identity = { person: 'Assay', role: 'owner', home: 'host' };
export const defaultLockAfterMinutes = 15;
const lockingDeadlineMs = 5000;
const idleCheckMs = 5000;

export type Session = ReturnType<typeof createSession>;

/** Holds the open store and those who want to know of it; opens, closes and locks it after idle time. */
export function createSession({ paths, ephemeral, changes, clock, migrations, log }: SessionOptions) {
  const unlockedListeners = new Set<(store: Store, how: How) => void>();
  const lockingListeners = new Set<(reason: LockReason, by: Identity) => void | Promise<void>>();
  const eventListeners = new Set<(event: VaultEvent) => void>();
  const workers = new Set<() => boolean>();
  let opened: Opened | null = null;
  let lastTouched = clock.now();
  let last: Promise<unknown> = Promise.resolve();

  // By the time of day and not by one long timer: a machine that slept through its idle time locks when it wakes.
  const idleCheck = setInterval(() => {
    if (!isIdle()) return;
    inTurn(async () => (isIdle() ? close('idle', host) : undefined)).catch((error: unknown) =>
      log?.error(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'the store was locked, but not everyone let go of it',
      ),
    );
  }, idleCheckMs);
  idleCheck.unref();

  function isIdle(): boolean {
    const minutes = opened?.keys?.settings.lockAfterMinutes;
    if (!minutes || clock.now() - lastTouched < minutes * 60_000) return false;
    const busy = [...workers].some((isBusy) => isBusy());
    // The idle time begins when the work ends.
    if (busy) lastTouched = clock.now();
    return !busy;
  }

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
    throw noStore(paths);
  }

  /** For what an ephemeral store, having no key file, cannot do. */
  function requireKeys(): OpenedWithKeys {
    const { keys, ...rest } = requireOpen();
    if (!keys) throw isEphemeral();
    return { ...rest, keys };
  }

  /** `settles`: what was found about the key file is dealt with, because a new passphrase is in it. */
  function saveKeys(keys: KeyFile, { settles = false } = {}): void {
    const current = requireOpen();
    const exchangedAt = settles ? null : current.keyFileExchangedAt;
    saveKeyFile(current.store, paths.keys, keys, { exchangedAt });
    Object.assign(current, { keys, keyFileExchangedAt: exchangedAt });
    changes.announce('vault');
  }

  /** Takes the store for this process while `work` opens it; gives it back when that fails. */
  async function taking<T>(work: (lock: StoreLock) => Promise<T>): Promise<T> {
    const lock = takeStore(paths, clock.now());
    try {
      finishRestore(paths);
      return await work(lock);
    } catch (error) {
      if (opened?.lock !== lock) lock.release();
      throw error;
    }
  }

  /**
   * Opens the database with the right key, migrates it, and tells everybody. Takes over the data key. `next`: the key file with a new
   * passphrase, to be written in place of the one that was found.
   */
  function open(found: KeyFile, dataKey: Buffer, lock: StoreLock, how: How, event: VaultEvent, next = found): void {
    let store: OwnedStore | undefined;
    try {
      const opening = openStore({ file: paths.database, key: dataKey, how, beside: besideHost });
      store = opening;
      const backUp = (next: Migration) => copyBeforeMigration(paths, opening, next, clock.now());
      const applied = migrate(store, { migrations, how, backUp, now: clock.now });
      const { storeId } = found;
      const { exchangedAt, isNew } = checkKeyFile(store, found, new Date(clock.now()).toISOString());
      const settingsKept = settingsHold(found, dataKey);
      const keys = settingsKept ? next : { ...next, settings: sealSettings(storeId, defaultLockAfterMinutes, dataKey) };
      const keyFileExchangedAt = next === found ? exchangedAt : null;
      if (keys !== found) saveKeyFile(store, paths.keys, keys, { exchangedAt: keyFileExchangedAt });
      opened = { how, store, dataKey, storeId, keys, keyFileExchangedAt, lock };
      lastTouched = clock.now();
      for (const listener of unlockedListeners) listener(store, how);
      const failed = readFailedUnlocks(paths);
      const newest = how === 'open' ? applied.at(-1) : undefined;
      if (isNew) emit('vault.keyFileExchanged', host, { passphraseOf: passphraseOf(found) });
      emit(event.action, event.by, {
        ...event.facts,
        ...(failed ? { failedAttempts: failed.count, lastFailedAt: failed.lastAt } : {}),
        ...(newest ? { migratedTo: newest.number } : {}),
        ...(settingsKept ? {} : { settingsReset: true }),
      });
      // Else the whole of a new store would lie in its log, and be gone with that one file.
      if (how === 'create') store.foldIn();
      forgetFailedUnlocks(paths);
    } catch (error) {
      opened = null;
      store?.close();
      dataKey.fill(0);
      throw error;
    }
    changes.announce('vault');
  }

  function openEphemeral(dataKey: Buffer, storeId: string): void {
    const lock = takeStore(paths, clock.now());
    const store = openStore({ file: paths.database, key: dataKey, how: 'create', beside: besideHost });
    migrate(store, { migrations, how: 'create', backUp: () => undefined, now: clock.now });
    opened = { how: 'create', store, dataKey, storeId, keys: null, keyFileExchangedAt: null, lock };
  }

  /** Whatever a listener does, the store is closed and its keys are cleared; the first thing that a listener threw is thrown after that. */
  async function close(reason: LockReason, by: Identity): Promise<void> {
    if (!opened) return;
    const closing = opened;
    const failures: unknown[] = [];
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lockingDeadlineMs);
    });
    for (const listener of [...lockingListeners].reverse()) {
      // After the deadline each is still called, only not waited for.
      const settled = (async () => listener(reason, by))().catch((error: unknown) => {
        failures.push(error);
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
    if (failures.length > 0) throw failures[0];
  }

  /** Adds a listener and returns what takes it away again. */
  function listen<L>(listeners: Set<L>, listener: L): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    paths,
    ephemeral,
    current: () => opened,
    requireOpen,
    requireKeys,
    saveKeys,
    inTurn,
    taking,
    open,
    openEphemeral,
    close,
    emit,
    touch() {
      lastTouched = clock.now();
    },
    busyWhile: (isBusy: () => boolean) => listen(workers, isBusy),
    onUnlocked(listener: (store: Store, how: How) => void) {
      if (opened) listener(opened.store, opened.how);
      return listen(unlockedListeners, listener);
    },
    onLocking: (listener: (reason: LockReason, by: Identity) => void | Promise<void>) =>
      listen(lockingListeners, listener),
    onEvent: (listener: (event: VaultEvent) => void) => listen(eventListeners, listener),
    stopIdleCheck: () => clearInterval(idleCheck),
  };
}

/** When the passphrase that it opens with was set. */
function passphraseOf({ slots }: KeyFile): string {
  return slots.find(({ kind }) => kind === 'passphrase')?.createdAt ?? 'none';
}

export function noStore({ folder }: StorePaths): Fault {
  return new Fault('NO_STORE', `There is no store in ${folder} yet. Create one, or restore a backup.`);
}

export function isEphemeral(): Fault {
  return new Fault('CONFLICT', 'This store is ephemeral: it has no passphrase and ends with this process.');
}
