import { stat } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import type { MemoryEstimate, Model, ModelHeader } from '../../../preload/contract/models.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { Store } from '../../db/store.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import { type Memory, readMemory } from './availableMemory.ts';
import { createInspector, fileNameOf, type InspectorOptions } from './inspector.ts';
import * as queries from './models.queries.ts';
import { contextOf, estimateMemory } from './models.rules.ts';
import { readSamples, sampleId } from './sample.ts';

export interface ModelsDependencies extends InspectorOptions {
  vault: { store(): Store };
  /** Folder of the embedded sample model, with its manifest. */
  sampleFolder: string;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Default: what this machine says. */
  memory?: () => Promise<Memory>;
}

/** The library: which models there are, and what their files say. Files stay where they are and are never written. */
export interface Models {
  /** The samples, then what was added, oldest first. Faults: LOCKED, NO_STORE. */
  list(): Model[];
  /** Reads the file and remembers it; a path that is known already is read anew. Faults: those of `inspect`, LOCKED, NO_STORE. */
  add(path: string): Promise<Model>;
  /** Takes a model off the list; its file stays. NOT_FOUND; CONFLICT for a sample. */
  forget(id: string): void;
  /** An id, `sample`, `sample:Q4_K_M`, or a path, which need not be in the library. Faults: those of `inspect`. */
  resolve(reference: string): Promise<Model>;
  /** What the header of a file says. Faults: MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG. */
  inspect(path: string): Promise<ModelHeader>;
  /** What a resolved model says beyond its header, for who loads it. */
  facts(model: Pick<Model, 'path'>): Promise<HeaderFacts>;
  /** What the model with this context would take. Faults: those of `inspect`. */
  estimate(input: { model: string; contextSize?: number }): Promise<MemoryEstimate>;
  /** What this machine has. */
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

interface Known {
  sizeBytes: number;
  modifiedAt: number;
  facts: HeaderFacts;
}

export function createModels({
  vault,
  sampleFolder,
  changes,
  clock,
  memory = readMemory,
  ...reading
}: ModelsDependencies): Models {
  const inspector = createInspector(reading);
  /** What was read of files, by path; true as long as size and time of the file are the same. */
  const known = new Map<string, Known>();
  /** What is wrong with a listed file, by path. */
  const problems = new Map<string, string>();
  const samples = readSamples(sampleFolder);
  let checking: Promise<void> | undefined;

  async function read(path: string): Promise<Known> {
    const { size, mtimeMs } = await statOf(path);
    const before = known.get(path);
    if (before !== undefined && before.sizeBytes === size && before.modifiedAt === mtimeMs) return before;
    const now = { sizeBytes: size, modifiedAt: mtimeMs, facts: await inspector.inspect(path) };
    known.set(path, now);
    return now;
  }

  function list(): Model[] {
    const rows = queries.selectModels(vault.store().read);
    for (const row of rows)
      if (!known.has(row.path))
        known.set(row.path, { sizeBytes: row.size_bytes, modifiedAt: row.modified_at, facts: row.facts_json });
    checking ??= check([...samples.map(({ path }) => path), ...rows.map(({ path }) => path)]).finally(() => {
      checking = undefined;
    });
    return [
      ...samples.map(sampleModel),
      ...rows.map((row) => listed(row.id, row.path, row.added_at, row.size_bytes, false)),
    ];
  }

  /** Looks at every listed file behind the list's back and tells when something is different: a disk may be slow or gone. */
  async function check(paths: string[]): Promise<void> {
    let different = false;
    for (const path of paths) {
      const before = { facts: known.get(path)?.facts, problem: problems.get(path) };
      try {
        await read(path);
        problems.delete(path);
      } catch (thrown) {
        problems.set(path, toErrorData(thrown).message);
      }
      different ||= before.facts !== known.get(path)?.facts || before.problem !== problems.get(path);
    }
    if (different) changes.announce('models');
  }

  function listed(id: string, path: string, addedAt: string, sizeBytes: number, sample: boolean): Model {
    const facts = known.get(path)?.facts;
    const problem = problems.get(path) ?? null;
    const header = problem === null ? (facts?.header ?? null) : null;
    return {
      id,
      path,
      name: facts?.header.name ?? fileNameOf(path),
      sizeBytes: known.get(path)?.sizeBytes ?? sizeBytes,
      sample,
      addedAt,
      header,
      problem,
    };
  }

  const sampleModel = ({ id, path, sizeBytes }: (typeof samples)[number]): Model =>
    listed(id, path, new Date(0).toISOString(), sizeBytes, true);

  async function resolve(reference: string): Promise<Model> {
    const wanted = sampleId(reference);
    if (wanted !== undefined) {
      const sample = samples.find(({ id }) => id === wanted);
      if (sample === undefined)
        throw noSuchSample(
          reference,
          samples.map(({ id }) => id),
        );
      await read(sample.path);
      problems.delete(sample.path);
      return sampleModel(sample);
    }
    const path = absolute(reference);
    const row = queries.selectModels(vault.store().read).find((one) => one.id === reference || one.path === path);
    const { sizeBytes } = await read(row?.path ?? path);
    problems.delete(row?.path ?? path);
    return row === undefined
      ? listed(path, path, new Date(clock.now()).toISOString(), sizeBytes, false)
      : listed(row.id, row.path, row.added_at, sizeBytes, false);
  }

  return {
    list,
    resolve,
    memory,
    async add(given) {
      const path = absolute(given);
      const { sizeBytes, modifiedAt, facts } = await read(path);
      problems.delete(path);
      const now = clock.now();
      const row = {
        id: newId(now),
        path,
        added_at: new Date(now).toISOString(),
        size_bytes: sizeBytes,
        modified_at: modifiedAt,
        facts_json: facts,
      };
      vault.store().transaction((write) => queries.insertModel(write, row));
      changes.announce('models');
      return resolve(path);
    },
    forget(id) {
      if (samples.some((sample) => sample.id === id))
        throw new Fault('CONFLICT', 'The sample model comes with Assay and stays in the list.');
      const removed = vault.store().transaction((write) => queries.deleteModel(write, id));
      if (removed === 0)
        throw new Fault('NOT_FOUND', 'This model is not in the list any more. Look at the list again.');
      changes.announce('models');
    },
    async inspect(path) {
      return (await read(absolute(path))).facts.header;
    },
    async facts({ path }) {
      return (await read(path)).facts;
    },
    async estimate({ model, contextSize }) {
      const { facts } = await read((await resolve(model)).path);
      return estimateMemory(facts, contextOf(facts, contextSize), (await memory()).availableBytes);
    },
    async close() {
      await inspector.close();
      await checking;
    },
  };
}

async function statOf(path: string): Promise<{ size: number; mtimeMs: number }> {
  try {
    const found = await stat(path);
    if (found.isFile()) return found;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Fault(
        'MODEL_NOT_FOUND',
        `There is no file at ${path}. It may have been moved or deleted, or its drive is not connected. Choose the file anew.`,
        { facts: { path }, cause: thrown },
      );
    }
    throw new Fault('MODEL_UNREADABLE', `${path} cannot be read (${code}). Check that you may read it.`, {
      facts: { path },
      cause: thrown,
    });
  }
  throw new Fault('MODEL_UNREADABLE', `${path} is not a file. Choose a file that ends in .gguf.`, { facts: { path } });
}

function noSuchSample(reference: string, ids: string[]): Fault {
  const there =
    ids.length === 0 ? 'This installation holds no sample model; install Assay again.' : `There are ${ids.join(', ')}.`;
  return new Fault('MODEL_NOT_FOUND', `There is no sample model called ${reference}. ${there}`);
}
