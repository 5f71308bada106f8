import { stat } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import type { ImportEvent, ImportReport } from '../../../preload/contract/models.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { partOf } from '../../base/ggufParts.ts';
import { newId } from '../../base/ids.ts';
import { isSameFile } from '../../base/sourceFile.ts';
import { pathFault } from './files.ts';
import type { Place } from './found.ts';
import type { StoredModel } from './models.queries.ts';
import * as queries from './models.queries.ts';
import { firstPart, newModel } from './models.ts';
import { findModels } from './scan.ts';
import type { Known, Shelf } from './shelf.ts';

export interface Importing {
  shelf: Shelf;
  clock: Clock;
}

export interface ImportRequest {
  /** Files and folders. */
  paths: readonly string[];
  /** Folders of other programs with what lies in them. */
  places: readonly Place[];
}

/** One file to take in, and how another program calls it. */
interface Candidate {
  path: string;
  found?: { source: string; label: string };
}

/** Headers that are read before the list shows them. */
const batchSize = 64;
/** Milliseconds between two words of progress. */
const progressMs = 100;

/**
 * Takes files into the library where they lie. Each batch is kept at once, so that what was read stays when this is stopped. What
 * cannot be taken in costs nothing else and gets a sentence.
 */
export async function* importModels(
  { shelf, clock }: Importing,
  { paths, places }: ImportRequest,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent, void> {
  const report: ImportReport = { added: [], known: [], moved: [], left: [], jobId: null };
  const seen = new Set<string>();
  const inodes = new Map<string, string>();
  let batch: Candidate[] = [];
  let found = 0;
  let read = 0;
  let toldAt = 0;
  let absent: StoredModel[] | undefined;

  function progress(looking: boolean): ImportEvent[] {
    if (looking && performance.now() - toldAt < progressMs) return [];
    toldAt = performance.now();
    return [{ type: 'progress', found, read, looking }];
  }

  async function take(candidates: Candidate[]): Promise<void> {
    const results = await shelf.readMany(candidates.map(({ path }) => path));
    signal.throwIfAborted();
    const taken: { candidate: Candidate; now: Known }[] = [];
    results.forEach((now, index) => {
      const candidate = candidates[index];
      if (candidate === undefined) return;
      if (now instanceof Fault) report.left.push({ path: candidate.path, message: now.message });
      else if (isSecondName(candidate, now))
        report.left.push({ path: candidate.path, message: secondName(candidate, now) });
      else taken.push({ candidate, now });
    });
    if (taken.length > 0) await keep(taken);
    read += candidates.length;
  }

  /** Links and hard links: one file under two names is one model. */
  function isSecondName({ path }: Candidate, { file }: Known): boolean {
    const first = inodes.get(keyOf(file));
    if (file.inode === '0' || first === path) return false;
    if (first !== undefined) return true;
    inodes.set(keyOf(file), path);
    return false;
  }
  const secondName = ({ path }: Candidate, { file }: Known) =>
    `${path} is the same file as ${inodes.get(keyOf(file)) ?? ''} under a second name, and is listed once.`;

  async function keep(taken: { candidate: Candidate; now: Known }[]): Promise<void> {
    const rows = new Map(shelf.rows().map((row) => [row.path, row]));
    absent ??= await missingRows(shelf);
    const write: StoredModel[] = [];
    for (const { candidate, now } of taken) {
      const { path, found: origin } = candidate;
      const row = rows.get(path);
      const moved: StoredModel | undefined =
        row === undefined ? absent?.find((one) => isSameFile(one.file, now.file)) : undefined;
      if (row !== undefined) {
        report.known.push(row.id);
        if (!isSameFile(row.file, now.file) || row.facts.identity === null) shelf.refresh(row, now);
      } else if (moved !== undefined) {
        absent = absent?.filter((one) => one !== moved);
        report.moved.push({ id: moved.id, from: moved.path, to: path });
        write.push({
          ...moved,
          path,
          facts: now.facts,
          files: now.files.map((part, index) => ({ ...part, sha256: moved.files[index]?.sha256 ?? null })),
        });
      } else {
        const at = clock.now();
        const model = newModel(newId(at), path, at, now, origin);
        report.added.push(model.id);
        write.push(model);
      }
    }
    if (write.length > 0) shelf.put(write);
  }

  async function* offer(candidate: Candidate): AsyncGenerator<ImportEvent> {
    const path = firstPart(candidate.path);
    if (seen.has(path)) return;
    seen.add(path);
    found += 1;
    batch.push({ ...candidate, path });
    if (batch.length >= batchSize) {
      const full = batch;
      batch = [];
      await take(full);
    }
    yield* progress(true);
  }

  for (const { program, models } of places)
    for (const { path, name } of models) yield* offer({ path, found: { source: program, label: name } });
  for (const given of paths) {
    signal.throwIfAborted();
    const path = absolute(given);
    const kind = await stat(path).catch((thrown: unknown) => pathFault(path, thrown));
    if (kind instanceof Fault) {
      // A later part may be named where the first is there, and the other way round: the reader says which is missing.
      if (partOf(path) !== null) yield* offer({ path });
      else report.left.push({ path: path.slice(0, 4096), message: kind.message });
    } else if (!kind.isDirectory()) yield* offer({ path });
    else {
      shelf.change((write) => queries.insertFolder(write, path, new Date(clock.now()).toISOString()));
      let isEmpty = true;
      for await (const one of findModels(path, signal)) {
        isEmpty = false;
        if (one.type === 'problem') report.left.push({ path: one.path, message: one.message });
        else yield* offer({ path: one.path });
      }
      if (isEmpty) report.left.push({ path: path.slice(0, 4096), message: holdsNone(path) });
    }
  }
  await take(batch);
  yield* progress(false);
  yield { type: 'done', report };
}

const holdsNone = (path: string) =>
  `${path} holds no file that ends in .gguf. The models of Ollama have no such names; take them from “On this machine already” on the page Models, or by \`assay models add --found\`.`;

/** Rows whose file is not where it was: what comes in may be theirs. */
async function missingRows(shelf: Shelf): Promise<StoredModel[]> {
  const rows = shelf.rows();
  const gone = await Promise.all(rows.map(({ path }) => isGone(path)));
  return rows.filter((_, index) => gone[index]);
}

async function isGone(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (thrown: unknown) => pathFault(path, thrown).code === 'MODEL_NOT_FOUND',
  );
}

const keyOf = ({ inode, size, modifiedAt }: Known['file']) => `${inode} ${size} ${modifiedAt}`;
