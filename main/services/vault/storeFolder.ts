import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { errorCodeOf, holdLock, onStorage, storageFault } from '../../db/index.ts';

/** Where the parts of a store lie. */
export interface StorePaths {
  folder: string;
  database: string;
  keys: string;
  /** Head of the audit log outside the database; written by the audit service, carried by backups. */
  auditHead: string;
  lock: string;
  lockOwner: string;
  failedUnlocks: string;
  /** Copies made before a migration. */
  backups: string;
}

/** The parts that a backup holds and a restore replaces. */
export const databaseName = 'assay.db';
export const keysName = 'assay.keys.json';
export const auditHeadName = 'assay.audit-head.json';

export function storePaths(folder: string): StorePaths {
  return {
    folder,
    database: join(folder, databaseName),
    keys: join(folder, keysName),
    auditHead: join(folder, auditHeadName),
    lock: join(folder, 'assay.lock'),
    lockOwner: join(folder, 'assay.lock-owner.json'),
    failedUnlocks: join(folder, 'assay.failed-unlocks.json'),
    backups: join(folder, 'backups'),
  };
}

/** Bytes of the database with its log; 0 where there cannot be one. */
export function storeSize({ database }: StorePaths): number {
  return [database, `${database}-wal`]
    .filter((file) => existsSync(file))
    .reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}

const lockOwner = z.object({ pid: z.number(), since: z.string() });

/**
 * Makes the folder where it is missing and takes the store for this process. Faults: STORE_IN_USE, READ_ONLY, DISK_FULL.
 * The lock is the system's own: it ends with the process, however that dies.
 */
export function takeStore(paths: StorePaths, now: number): { release(): void } {
  return onStorage(paths.lock, () => {
    makeStoreFolder(paths.folder);
    const lock = holdLock(paths.lock);
    if (!lock) throw inUse(paths);
    try {
      writeFileSync(paths.lockOwner, JSON.stringify({ pid: process.pid, since: new Date(now).toISOString() }), {
        mode: 0o600,
      });
    } catch (error) {
      lock.release();
      throw error;
    }
    return {
      release() {
        rmSync(paths.lockOwner, { force: true });
        lock.release();
      },
    };
  });
}

function inUse(paths: StorePaths): Fault {
  const owner = existsSync(paths.lockOwner)
    ? lockOwner.safeParse(parseOrNull(readFileSync(paths.lockOwner, 'utf8'))).data
    : undefined;
  const who = owner ? ` (process ${owner.pid}, since ${owner.since})` : '';
  return new Fault(
    'STORE_IN_USE',
    `Another Assay${who} has the store in ${paths.folder} open. Lock or close it there, or choose another data folder.`,
    { facts: { folder: paths.folder, pid: owner?.pid ?? null } },
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // The owner is writing it just now: the sentence then does without the process id.
  }
}

/** What has no sentence of its own, a file in the way or a name that is too long, has this one. */
function makeStoreFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    throw folderFault(error, folder, folder);
  }
}

/** What has no sentence of its own, a file in the way of the folder or a name that is too long, has this one. */
export function folderFault(error: unknown, path: string, folder: string): Fault {
  const known = storageFault(error, path);
  if (known instanceof Fault) return known;
  return new Fault(
    'READ_ONLY',
    `The folder ${folder} cannot be made (${errorCodeOf(error)}). Choose another data folder.`,
    { cause: error, facts: { folder } },
  );
}

const failures = z.object({ count: z.number().int().nonnegative(), lastAt: z.string() });
export type FailedUnlocks = z.infer<typeof failures>;

/** How often a wrong secret was tried since the last unlock, also by processes that have ended. */
export function readFailedUnlocks(paths: StorePaths): FailedUnlocks | null {
  if (!existsSync(paths.failedUnlocks)) return null;
  return (
    failures.safeParse(parseOrNull(readFileSync(paths.failedUnlocks, 'utf8'))).data ?? { count: 0, lastAt: 'unknown' }
  );
}

export function countFailedUnlock(paths: StorePaths, now: number): void {
  const counted: FailedUnlocks = {
    count: (readFailedUnlocks(paths)?.count ?? 0) + 1,
    lastAt: new Date(now).toISOString(),
  };
  onStorage(paths.failedUnlocks, () => writeFileSync(paths.failedUnlocks, JSON.stringify(counted), { mode: 0o600 }));
}

export function forgetFailedUnlocks(paths: StorePaths): void {
  rmSync(paths.failedUnlocks, { force: true });
}
