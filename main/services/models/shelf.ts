import { setTimeout } from 'node:timers/promises';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';
import type { Changes } from '../../base/changes.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import { isSameFile } from '../../base/sourceFile.ts';
import type { Store, WriteHandle } from '../../db/store.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import { type FilesNow, type PartFile, statModel } from './files.ts';
import type { Inspector } from './inspector.ts';
import type { StoredModel } from './models.queries.ts';
import * as queries from './models.queries.ts';

/** A file as it was read: true as long as it is the same file. */
export interface Known extends FilesNow {
  facts: HeaderFacts;
}

/** What is known of files, in memory and in the store, and how that is kept true. */
export interface Shelf {
  /** Every model of the library, oldest first; read from the store once and after each change. Throws LOCKED, NO_STORE. */
  rows(): readonly StoredModel[];
  /** Changes the store and announces it. */
  change<T>(work: (write: WriteHandle) => T): T;
  /** Writes these models over what was known of their ids, and announces it; at once, or within half a second where many follow. */
  put(models: readonly StoredModel[], when?: 'at once' | 'soon'): void;
  /** What was read of a path, without looking at the disk. */
  known(path: string): Known | undefined;
  /** What is wrong with a listed file, by the last look at it. */
  problem(path: string): AssayErrorData | null;
  /** The header of a file, read anew when the file is another one. Faults: those of the inspector and of `statModel`. */
  read(path: string): Promise<Known>;
  /** The same for many, in their order. */
  readMany(paths: readonly string[]): Promise<(Known | Fault)[]>;
  /** Looks at every listed file and keeps what is different now; one look at a time. Resolves to whether something was. */
  check(others: readonly string[]): Promise<boolean>;
  /** Reads what is known of none of these, so that a first list is whole. */
  ensureSamples(paths: readonly string[]): Promise<void>;
  /** Keeps what a file is now under the id that it had. */
  refresh(row: StoredModel, now: Known): void;
  close(): Promise<void>;
}

export interface ShelfDependencies {
  vault: { store(): Store };
  changes: Pick<Changes, 'announce'>;
  inspector: Inspector;
}

/** Files of which the disk is asked at once. */
const statsAtOnce = 32;
/** Headers that the child reads for one question. */
const headersAtOnce = 32;

export function createShelf({ vault, changes, inspector }: ShelfDependencies): Shelf {
  const known = new Map<string, Known>();
  const problems = new Map<string, AssayErrorData>();
  let cached: { store: Store; rows: StoredModel[] } | undefined;
  let checking: Promise<boolean> | undefined;
  let soon: NodeJS.Timeout | undefined;

  function rows(): readonly StoredModel[] {
    const store = vault.store();
    if (cached?.store === store) return cached.rows;
    cached = { store, rows: queries.selectModels(store.read) };
    for (const { path, file, files, facts } of cached.rows) {
      // An earlier release did not keep all that is kept now: such a file is read again.
      if (!known.has(path) && facts.identity !== null) known.set(path, { file, files, facts });
    }
    return cached.rows;
  }

  function change<T>(work: (write: WriteHandle) => T): T {
    try {
      return vault.store().transaction(work);
    } finally {
      cached = undefined;
      changes.announce('models');
    }
  }

  function put(models: readonly StoredModel[], when: 'at once' | 'soon' = 'at once'): void {
    const store = vault.store();
    const before = rows();
    store.transaction((write) => {
      for (const model of models) queries.upsertModel(write, model);
    });
    const changed = new Map(models.map((model) => [model.id, model]));
    const kept = before.map((row) => changed.get(row.id) ?? row);
    for (const { id } of before) changed.delete(id);
    // Ids grow with time, so what is new stands last, as in the store.
    cached = { store, rows: [...kept, ...changed.values()] };
    if (when === 'at once') changes.announce('models');
    else announceSoon();
  }

  function announceSoon(): void {
    soon ??= globalThis.setTimeout(() => {
      soon = undefined;
      changes.announce('models');
    }, 500);
  }

  async function read(path: string): Promise<Known> {
    const now = await statModel(path);
    const before = known.get(path);
    if (before !== undefined && isSameFile(before.file, now.file)) return before;
    const read = { ...now, facts: await inspector.inspect(path) };
    known.set(path, read);
    return read;
  }

  async function readMany(paths: readonly string[]): Promise<(Known | Fault)[]> {
    const results: (Known | Fault)[] = [];
    for (let from = 0; from < paths.length; from += headersAtOnce)
      results.push(...(await readBatch(paths.slice(from, from + headersAtOnce))));
    return results;
  }

  async function readBatch(paths: readonly string[]): Promise<(Known | Fault)[]> {
    const looks = await Promise.all(paths.map((path) => statModel(path).catch(asFault)));
    const isNew = (now: FilesNow | Fault, index: number): now is FilesNow => {
      const before = known.get(paths[index] ?? '');
      return !(now instanceof Fault) && !(before !== undefined && isSameFile(before.file, now.file));
    };
    const unread = paths.filter((_, index) => isNew(looks[index] ?? notThere, index));
    const read = new Map((await inspector.inspectMany(unread)).map((result, index) => [unread[index], result]));
    return paths.map((path, index) => {
      const now = looks[index] ?? notThere;
      if (now instanceof Fault) return now;
      const result = read.get(path);
      if (result !== undefined && 'error' in result) return asFault(result.error);
      const facts = result?.facts ?? known.get(path)?.facts;
      if (facts === undefined) return notThere;
      const one = { ...now, facts };
      known.set(path, one);
      return one;
    });
  }

  async function checkAll(others: readonly string[]): Promise<boolean> {
    let different = false;
    const listed = new Map(rows().map((row) => [row.path, row]));
    const paths = [...others, ...listed.keys()];
    for (let from = 0; from < paths.length; from += statsAtOnce) {
      const batch = paths.slice(from, from + statsAtOnce);
      const facts = batch.map((path) => known.get(path)?.facts);
      const found = await readMany(batch);
      batch.forEach((path, index) => {
        const now = found[index] ?? notThere;
        const before = problems.get(path)?.message;
        if (now instanceof Fault) problems.set(path, toErrorData(now));
        else problems.delete(path);
        different ||= before !== problems.get(path)?.message || (!(now instanceof Fault) && now.facts !== facts[index]);
        const row = listed.get(path);
        if (row === undefined || now instanceof Fault) return;
        if (!isSameFile(row.file, now.file) || row.facts.identity === null) refresh(row, now);
      });
    }
    return different;
  }

  function refresh(seen: StoredModel, now: Known): void {
    // It may have been forgotten, or refreshed, since it was looked at.
    const row = rows().find(({ id }) => id === seen.id);
    if (row === undefined) return;
    const isOther = !isSameFile(row.file, now.file);
    put([
      {
        ...row,
        file: now.file,
        facts: now.facts,
        files: now.files.map((part) => ({ ...part, sha256: keptHash(row, part) })),
        sha256: isOther ? null : row.sha256,
        previousSha256: isOther ? (row.sha256 ?? row.previousSha256) : row.previousSha256,
      },
    ]);
  }

  return {
    rows,
    change,
    put,
    known: (path) => known.get(path),
    problem: (path) => problems.get(path) ?? null,
    async read(path) {
      const now = await read(path);
      problems.delete(path);
      return now;
    },
    readMany,
    check(others) {
      checking ??= checkAll(others)
        .then((different) => {
          if (different) changes.announce('models');
          return different;
        })
        .catch((thrown: unknown) => {
          // The store may be locked while a disk is looked at; the next list looks again.
          if (thrown instanceof Fault) return false;
          throw thrown;
        })
        .finally(() => {
          checking = undefined;
        });
      return checking;
    },
    async ensureSamples(paths) {
      const unread = paths.filter((path) => !known.has(path) && !problems.has(path));
      const results = unread.length === 0 ? [] : await readMany(unread);
      results.forEach((result, index) => {
        if (result instanceof Fault) problems.set(unread[index] ?? '', toErrorData(result));
      });
    },
    refresh,
    async close() {
      clearTimeout(soon);
      // A disk that hangs must not hold up the end.
      const patience = new AbortController();
      const late = setTimeout(2000, undefined, { ref: false, signal: patience.signal }).catch(() => undefined);
      await Promise.race([checking, late]);
      patience.abort();
    },
  };
}

const notThere = new Fault('MODEL_NOT_FOUND', 'The file is not there any more.');

/** A part that is still the same file keeps its hash. */
function keptHash(row: StoredModel, part: PartFile): string | null {
  const before = row.files.find(({ path }) => path === part.path);
  return before !== undefined && isSameFile(before.file, part.file) ? before.sha256 : null;
}

function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const data = isErrorData(thrown) ? thrown : toErrorData(thrown);
  return new Fault(data.code, data.message, { facts: data.facts, cause: thrown });
}

function isErrorData(value: unknown): value is AssayErrorData {
  return (
    typeof value === 'object' && value !== null && !(value instanceof Error) && 'code' in value && 'message' in value
  );
}
