import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { RemovedStorage, StorageItem, StorageUsed } from '../../../preload/contract/storage.ts';
import type { Changes } from '../../base/changes.ts';
import { Fault } from '../../base/fault.ts';
import { isReplaced } from '../../base/fileMark.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import { freeBytesNear, type Store } from '../../db/index.ts';
import { selectBaseFiles, selectWrittenModels, type WrittenBase, type WrittenModel } from './storage.queries.ts';
import {
  describeBackup,
  describeBaseFile,
  describeCopy,
  describeModelFile,
  describeQuantization,
} from './storage.rules.ts';

export interface StorageDependencies {
  vault: { store(): Store; status(): { folder: string; ephemeral: boolean } };
  audit: { event(identity: Identity, action: string, facts: Facts): void };
  jobs: { isBusy(): boolean };
  /** Scheduled backups that are kept, and who is told that some are not any more. */
  backups: { keptFiles(): string[]; forgetRemoved(): void };
  /** Where downloads and the sample's quantizations go; null: nowhere that lasts. */
  folders: { models: string; sampleLadder: string } | null;
  changes: Pick<Changes, 'announce'>;
}

/** What Assay takes up on the disk, and how to get some of it back. Files that a person only pointed at are not Assay's and not here. */
export interface Storage {
  /** The largest first. Faults: LOCKED. */
  used(): Promise<StorageUsed>;
  /** Removes what is removable of these; each thing that goes is an entry of its own in the audit log. CONFLICT while jobs run. */
  remove(ids: readonly string[], by: Identity): Promise<RemovedStorage>;
  /** Removes one that may not be what Assay wrote, for whoever says its name. BAD_INPUT for another name; NOT_FOUND; CONFLICT. */
  removeByName(id: string, name: string, by: Identity): Promise<RemovedStorage>;
}

type Described = Pick<StorageItem, 'kind' | 'name' | 'about'>;

export function createStorage({ vault, audit, jobs, backups, folders, changes }: StorageDependencies): Storage {
  const isListedAlready = (path: string) =>
    folders === null || [folders.models, folders.sampleLadder].some((folder) => isWithin(folder, path));

  async function items(): Promise<StorageItem[]> {
    const { folder } = vault.status();
    const { read } = vault.store();
    const written = selectWrittenModels(read);
    const found = await Promise.all([
      storeItem(folder),
      folders === null ? [] : modelFiles(folders.models, written),
      folders === null ? [] : contents(folders.sampleLadder, describeSample),
      contents(folder, describeCopy),
      contents(join(folder, 'backups'), describeBackup),
      ...selectBaseFiles(read).map(baseFile),
      ...[...written].filter(([path]) => !isListedAlready(path)).map(quantizedElsewhere),
      ...backups.keptFiles().map((path) => one(path, scheduled(path))),
    ]);
    return found.flat().sort((left, right) => right.sizeBytes - left.sizeBytes);
  }

  function requireRest(): void {
    if (!jobs.isBusy()) return;
    throw new Fault(
      'CONFLICT',
      'Jobs are running, and a file that goes might be one they read or write. Wait for them or cancel them, then clean up.',
    );
  }

  async function takeAway(
    doomed: readonly StorageItem[],
    kept: RemovedStorage['kept'],
    by: Identity,
  ): Promise<RemovedStorage> {
    const removed: RemovedStorage = { count: 0, freedBytes: 0, kept };
    for (const { path, sizeBytes, kind } of doomed) {
      try {
        // Recorded before it is done: what cannot be recorded is not removed.
        audit.event(by, 'storage.removed', { path, sizeBytes, kind });
        await rm(path, { recursive: true });
        removed.count += 1;
        removed.freedBytes += sizeBytes;
      } catch (thrown) {
        if (thrown instanceof Fault) throw thrown;
        removed.kept.push({ path, reason: thrown instanceof Error ? thrown.message : String(thrown) });
      }
    }
    backups.forgetRemoved();
    for (const topic of ['storage', 'models'] as const) changes.announce(topic);
    return removed;
  }

  return {
    async used() {
      const { folder, ephemeral } = vault.status();
      const all = await items();
      return {
        folder: ephemeral ? null : folder,
        items: all,
        totalBytes: sum(all),
        removableBytes: sum(all.filter(({ removable }) => removable)),
        freeBytes: freeBytesOrNull(folder),
      };
    },
    async remove(ids, by) {
      requireRest();
      // Only what is there by this very look is ever removed: an id is never taken for a path.
      const wanted = new Set(ids);
      const all = (await items()).filter(({ id }) => wanted.has(id));
      const kept = all.filter(({ removable }) => !removable).map(({ path, about }) => ({ path, reason: about }));
      return takeAway(
        all.filter(({ removable }) => removable),
        kept,
        by,
      );
    },
    async removeByName(id, name, by) {
      requireRest();
      const item = (await items()).find((one) => one.id === id && one.byName);
      if (item === undefined)
        throw new Fault('NOT_FOUND', 'This file is not there any more, or can be told by now. Look at the list again.');
      if (name !== item.name)
        throw new Fault('BAD_INPUT', `The file is called ${item.name}. Type that name to remove it.`);
      return takeAway([item], [], by);
    },
  };
}

const describeSample = (name: string): Described => ({
  kind: 'models',
  name: `Sample model, ${name}`,
  about: 'Made on this machine from the sample model; made again when it is asked for.',
});
const scheduled = (path: string): Described => ({
  kind: 'backups',
  name: `Scheduled backup, ${nameOf(path)}`,
  about: 'One encrypted file. Without it that state of the store cannot be restored.',
});

const nameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;

/** The database with its log, and the small files that belong to it. */
async function storeItem(folder: string): Promise<StorageItem[]> {
  const names = (await namesIn(folder)).filter((name) => name.startsWith('assay.'));
  const sizes = await Promise.all(names.map((name) => measure(join(folder, name))));
  return [
    {
      id: folder,
      kind: 'store',
      name: 'Store',
      path: folder,
      sizeBytes: sizes.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
      modifiedAt: null,
      removable: false,
      about:
        'The encrypted store itself. What is deleted in Prompts and Compare frees room inside it for what comes next; the file keeps its size.',
    },
  ];
}

/** Every file below the models folder, each by itself: a person's own file may lie among those that Assay wrote. */
async function modelFiles(folder: string, written: ReadonlyMap<string, WrittenModel>): Promise<StorageItem[]> {
  const found = (await namesIn(folder)).map(async (name): Promise<StorageItem[]> => {
    const path = join(folder, name);
    const about = await lstatOrNull(path);
    if (about === null) return [];
    if (about.isDirectory()) return modelFiles(path, written);
    const measured = await measure(path);
    return [{ id: path, path, ...measured, ...describeModelFile(name, measured.sizeBytes, written.get(path)) }];
  });
  return (await Promise.all(found)).flat();
}

/** Where a person asked for one; whether it is still what was written is looked at anew each time. */
async function baseFile({ path, mark }: WrittenBase): Promise<StorageItem[]> {
  const about = await lstatOrNull(path);
  if (about === null) return [];
  const what = !about.isFile() ? 'other' : mark === null ? 'unknown' : isReplaced(path, mark) ? 'other' : 'same';
  return [{ id: path, path, ...(await measure(path)), ...describeBaseFile(nameOf(path), what) }];
}

async function quantizedElsewhere([path, { sizeBytes }]: [string, WrittenModel]): Promise<StorageItem[]> {
  const about = await lstatOrNull(path);
  if (about === null) return [];
  const isSame = about.isFile() && about.size === sizeBytes;
  return [{ id: path, path, ...(await measure(path)), ...describeQuantization(nameOf(path), isSame) }];
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way.split(sep)[0] !== '..' && !isAbsolute(way);
}

/** What lies in a folder and is of Assay's making, by its name. */
async function contents(folder: string, describe: (name: string) => Described | null): Promise<StorageItem[]> {
  const described = (await namesIn(folder)).map((name) => ({ path: join(folder, name), about: describe(name) }));
  const found = await Promise.all(described.map(({ path, about }) => (about === null ? [] : one(path, about))));
  return found.flat();
}

async function one(path: string, described: Described): Promise<StorageItem[]> {
  if ((await lstatOrNull(path)) === null) return [];
  return [{ id: path, path, ...described, ...(await measure(path)), removable: true }];
}

/** Bytes of a file, or of all that is in a folder. Links count as nothing: what they lead to is not Assay's. */
async function measure(path: string): Promise<{ sizeBytes: number; modifiedAt: string | null }> {
  const about = await lstatOrNull(path);
  if (about === null) return { sizeBytes: 0, modifiedAt: null };
  const modifiedAt = about.mtime.toISOString();
  if (!about.isDirectory()) return { sizeBytes: about.isFile() ? about.size : 0, modifiedAt };
  const inside = await Promise.all((await namesIn(path)).map((name) => measure(join(path, name))));
  return { sizeBytes: inside.reduce((total, { sizeBytes }) => total + sizeBytes, 0), modifiedAt };
}

async function namesIn(folder: string): Promise<string[]> {
  const about = await stat(folder).catch(() => null);
  // A folder that is not there, or goes away at this moment, holds nothing.
  return about?.isDirectory() ? readdir(folder).catch(() => []) : [];
}

const lstatOrNull = (path: string) => lstat(path).catch(() => null);

const sum = (items: readonly StorageItem[]) => items.reduce((total, { sizeBytes }) => total + sizeBytes, 0);

function freeBytesOrNull(folder: string): number | null {
  try {
    return freeBytesNear(folder);
  } catch {
    return null; // The system does not say: the page then does without it.
  }
}
