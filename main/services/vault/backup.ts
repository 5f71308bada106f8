import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { sizeText } from '../../base/sizes.ts';
import {
  besideHost,
  freeBytesNear,
  type Migration,
  onStorage,
  requireApplied,
  requirePrefix,
  type Store,
  storageFault,
} from '../../db/index.ts';
import { extractEntry, listArchive, writeArchive } from './archive.ts';
import { syncFolder, writeDurably } from './durableFile.ts';
import { type KeyFile, parseKeyFile } from './keyFile.ts';
import { auditHeadName, databaseName, keysName, type StorePaths } from './storeFolder.ts';

const backupExtension = '.assay-backup';
const parts = [databaseName, keysName, auditHeadName];

/** A moment as part of a file name: 2026-11-23-142501-031. */
function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[T.]/g, '-').replace(/[:Z]/g, '');
}

/**
 * Writes the backup beside its target and renames it, so that a file of that name is always a whole backup. The host goes on meanwhile:
 * the database is copied on a thread of its own, as it is committed when that begins.
 */
export async function writeBackup(
  paths: StorePaths,
  dataKey: Buffer,
  to: string,
  now: number,
): Promise<{ path: string; sizeBytes: number }> {
  const target = backupTarget(resolve(to), now);
  const work = workBeside(target);
  try {
    // The head of the log first: entries that come until the database is copied are in it besides, and none is missing.
    copyParts(paths, work, [keysName, auditHeadName]);
    await besideHost({ kind: 'copy', file: paths.database, to: join(work, databaseName) }, dataKey);
    const entries = parts.map((name) => ({ name, path: join(work, name) })).filter(({ path }) => existsSync(path));
    const sizeBytes = await writeArchive(join(work, 'backup'), entries, now);
    renameSync(join(work, 'backup'), target);
    syncFolder(dirname(target));
    return { path: target, sizeBytes };
  } catch (error) {
    throw notBackedUp(error, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function workBeside(target: string): string {
  try {
    return mkdtempSync(join(dirname(target), '.assay-backup-'));
  } catch (error) {
    throw notBackedUp(error, target);
  }
}

/** What hinders a backup is where it shall lie, not the folder of the store nor the one in which it was made ready. */
function notBackedUp(error: unknown, target: string): unknown {
  const known = storageFault(error, target);
  if (!(known instanceof Fault)) return known;
  const folder = dirname(target);
  const options = { cause: error, facts: { ...known.facts, folder, path: target } };
  if (known.code === 'DISK_FULL')
    return new Fault(
      'DISK_FULL',
      `The backup does not fit: the disk of ${folder} has ${sizeText(freeBytesNear(folder))} left. Free some space there, or choose another place for the backup.`,
      options,
    );
  if (known.code === 'READ_ONLY')
    return new Fault(
      'READ_ONLY',
      `Nothing can be written in ${folder}, so there is no backup. Choose another place for it.`,
      options,
    );
  return known;
}

function backupTarget(asked: string, now: number): string {
  const target = statSync(asked, { throwIfNoEntry: false })?.isDirectory()
    ? join(asked, `assay-${stamp(now)}${backupExtension}`)
    : asked;
  if (!target.endsWith(backupExtension))
    throw new Fault(
      'BAD_INPUT',
      `A backup is an existing folder or a file that ends in ${backupExtension}; ${asked} is neither.`,
    );
  if (!existsSync(dirname(target)))
    throw new Fault(
      'NOT_FOUND',
      `The folder ${dirname(target)} does not exist. Make it, or choose another place for the backup.`,
    );
  if (existsSync(target))
    throw new Fault('CONFLICT', `${target} exists already. Choose another name; a backup replaces nothing.`);
  return target;
}

function copyParts(paths: StorePaths, to: string, names: readonly string[]): void {
  for (const name of names)
    if (existsSync(join(paths.folder, name))) copyFileSync(join(paths.folder, name), join(to, name));
}

/** What is kept of copies made before a migration: the newest, and the one before it. */
const keptCopies = 2;

/** A copy of the store in `backups/`, key file beside it, before a step changes its schema. It can be restored like any backup. */
export function copyBeforeMigration(paths: StorePaths, store: Store, next: Migration, now: number): void {
  const name = `before-${String(next.number).padStart(4, '0')}-${next.name}-${stamp(now)}`;
  const unfinished = join(paths.backups, `.${name}`);
  onStorage(join(paths.backups, name), () => {
    clearUnfinished(paths.backups);
    try {
      makeFolder(unfinished, 0o700);
      store.vacuumInto(join(unfinished, databaseName));
      copyParts(paths, unfinished, [keysName, auditHeadName]);
      renameSync(unfinished, join(paths.backups, name));
      syncFolder(paths.backups);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      throw error;
    }
    const copies = readdirSync(paths.backups).filter((one) => one.startsWith('before-'));
    const byAge = copies.sort((left, right) => left.slice(-21).localeCompare(right.slice(-21)));
    for (const old of byAge.slice(0, -keptCopies)) rmSync(join(paths.backups, old), { recursive: true, force: true });
  });
}

/** What a crash left in the middle of such a copy. */
function clearUnfinished(backups: string): void {
  if (!existsSync(backups)) return;
  for (const name of readdirSync(backups).filter((one) => one.startsWith('.before-')))
    rmSync(join(backups, name), { recursive: true, force: true });
}

export interface RestoreOptions {
  from: string;
  /** The data key of the backup's key file; `place` is what its sentences name. Throws WRONG_SECRET, …, and counts it. */
  openKey(keys: KeyFile, place: string): Promise<Buffer>;
  migrations: readonly Migration[];
  now: number;
}

/** Kept in the staging folder once all of it has been checked; from then on the restore is carried through, also after a crash. */
const plan = z.object({ replaced: z.string() });
const planName = 'restore.json';
const stagingPrefix = 'restoring-';

/**
 * Takes the backup apart in a folder inside the store's, proves the secret, every page and the schema, and marks it as
 * ready. Nothing of the present store is touched. Faults: NOT_FOUND, BAD_INPUT, WRONG_SECRET, STORE_DAMAGED, STORE_TOO_NEW, …
 */
export async function prepareRestore(
  paths: StorePaths,
  { from: asked, openKey, migrations, now }: RestoreOptions,
): Promise<{ keys: KeyFile; dataKey: Buffer; replaced: string }> {
  const from = resolve(asked);
  if (!existsSync(from)) throw new Fault('NOT_FOUND', `There is no backup at ${from}. Check the path.`);
  refuseOwnFiles(paths, from);
  const staging = onStorage(paths.database, () => mkdtempSync(join(paths.folder, stagingPrefix)));
  let dataKey: Buffer | undefined;
  try {
    await stage(from, staging);
    const keys = parseKeyFile(readFileSync(join(staging, keysName), 'utf8'), `in the backup ${from}`);
    dataKey = await openKey(keys, `the backup ${from}`);
    await checkDatabase(join(staging, databaseName), dataKey, from, migrations);
    const replaced = `replaced-${stamp(now)}`;
    writeDurably(join(staging, planName), JSON.stringify({ replaced } satisfies z.infer<typeof plan>));
    return { keys, dataKey, replaced };
  } catch (error) {
    dataKey?.fill(0);
    await rm(staging, { recursive: true, force: true });
    throw storageFault(error, paths.database);
  }
}

/** The data folder and what the store keeps open in it: reading that file by file would drop the locks of this process on them. */
function refuseOwnFiles({ folder }: StorePaths, from: string): void {
  const [own, real] = [realpathSync.native(folder), realpathSync.native(from)];
  const isPart = dirname(real) === own && basename(real).startsWith('assay.') && !real.endsWith(backupExtension);
  if (real !== own && !isPart) return;
  throw new Fault(
    'BAD_INPUT',
    `${from} is the store itself and no backup of it. Unlock it, or choose a file that ends in ${backupExtension}.`,
    { facts: { path: from } },
  );
}

/** A backup file, a copy made before a migration, or the copied folder of a store. */
async function stage(from: string, staging: string): Promise<void> {
  const notABackup = new Fault(
    'BAD_INPUT',
    `${from} is no backup of Assay, or it was cut short in copying. Choose a file that ends in ${backupExtension}, or a folder that holds ${databaseName} and ${keysName}.`,
    { facts: { path: from } },
  );
  if (statSync(from).isDirectory()) {
    for (const name of [...parts, `${databaseName}-wal`])
      if (existsSync(join(from, name))) await copyFile(join(from, name), join(staging, name));
  } else {
    const entries = listArchive(from);
    if (!entries) throw notABackup;
    for (const entry of entries)
      if (parts.includes(entry.name)) await extractEntry(from, entry, join(staging, entry.name));
  }
  if (!existsSync(join(staging, databaseName)) || !existsSync(join(staging, keysName))) throw notABackup;
}

async function checkDatabase(
  file: string,
  dataKey: Buffer,
  from: string,
  migrations: readonly Migration[],
): Promise<void> {
  try {
    const applied = await besideHost({ kind: 'check', file }, dataKey);
    requireApplied(file, applied);
    requirePrefix(from, applied, migrations);
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'STORE_DAMAGED')
      throw new Fault('STORE_DAMAGED', `The backup ${from} is damaged, so nothing was replaced. Use another backup.`, {
        cause,
        facts: { path: from },
      });
    throw cause;
  }
}

/**
 * Moves the present store to `replaced-…` and the checked one into its place; each step can be repeated, so a restore
 * that a crash cut off is carried on by the next who takes the store. What never became ready is cleared away.
 */
export function finishRestore(paths: StorePaths): void {
  onStorage(paths.database, () => {
    for (const name of readdirSync(paths.folder).filter((one) => one.startsWith(stagingPrefix))) {
      const staging = join(paths.folder, name);
      if (existsSync(join(staging, planName))) {
        const { replaced } = plan.parse(JSON.parse(readFileSync(join(staging, planName), 'utf8')));
        replaceParts(paths, staging, join(paths.folder, basename(replaced)));
      }
      rmSync(staging, { recursive: true, force: true });
    }
  });
}

function replaceParts(paths: StorePaths, staging: string, replaced: string): void {
  const present = (name: string) => existsSync(join(paths.folder, name));
  // The old log goes with its database, and before the new database comes: it would be folded into it.
  const olds = [
    `${databaseName}-wal`,
    `${databaseName}-shm`,
    ...parts.filter((name) => existsSync(join(staging, name))),
  ].filter(present);
  if (olds.length > 0) makeFolder(replaced, 0o700);
  for (const name of olds) renameSync(join(paths.folder, name), join(replaced, name));
  for (const name of parts)
    if (existsSync(join(staging, name))) renameSync(join(staging, name), join(paths.folder, name));
  syncFolder(paths.folder);
}
