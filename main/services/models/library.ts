import type {
  FoundPlace,
  ImportEvent,
  ModelDetails,
  ModelDiff,
  ModelLibrary,
  Variant,
} from '../../../preload/contract/models.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { JobQueue } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import { deleteFiles } from './deleteFiles.ts';
import { diffOf } from './diff.rules.ts';
import { familiesOf, type Member } from './family.rules.ts';
import { statModel } from './files.ts';
import type { Surroundings } from './found.rules.ts';
import { findPlaces, thisMachine } from './found.ts';
import { hashJob, hashWorkspace, unhashed } from './hash.job.ts';
import { createHasher, type HasherOptions } from './hasher.ts';
import { importModels } from './importing.ts';
import { type Around, type Listed, variantOf } from './library.rules.ts';
import * as queries from './models.queries.ts';
import { contextOf, estimateMemory } from './models.rules.ts';
import type { Models } from './models.ts';
import { findMoved } from './moved.ts';

export interface LibraryDependencies extends HasherOptions {
  vault: { store(): Store };
  models: Models;
  jobs: JobQueue;
  clock: Clock;
  /** Where other programs' folders are looked for. Default: this machine. */
  machine?: Surroundings;
}

/** The library as a person sees it: families, import, hashes, tags. Files stay where they are; one is deleted only by its name. */
export interface Library {
  /** Families with their ladders, the sample's first. LOCKED, NO_STORE. */
  list(): Promise<ModelLibrary>;
  /** Takes in files, folders and what `found` names; the hashes follow as a job. Ends with the report. */
  import(
    input: { paths: readonly string[]; found: readonly string[] },
    signal: AbortSignal,
  ): AsyncGenerator<ImportEvent, void>;
  /** Imports the remembered folders again: what is new comes in, what was moved within them is found. */
  rescan(signal: AbortSignal): AsyncGenerator<ImportEvent, void>;
  /** Folders of other programs on this machine, with what lies in them. */
  found(signal: AbortSignal): Promise<FoundPlace[]>;
  /** All that a file says about itself. Faults: those of `inspect`. */
  details(reference: string): Promise<ModelDetails>;
  /** What two files say differently. Faults: those of `inspect`. */
  diff(one: string, other: string): Promise<ModelDiff>;
  /** NOT_FOUND. */
  tag(input: { ids: readonly string[]; add: readonly string[]; remove: readonly string[] }): void;
  /** Begins the job that hashes what has no hash; null when there is nothing to do. One at a time. */
  hash(): string | null;
  /** Deletes the file, all parts of it, and forgets the model. BAD_INPUT unless `name` is the file's name; CONFLICT; READ_ONLY; NOT_FOUND. */
  deleteFile(id: string, name: string): Promise<{ files: number; bytes: number }>;
  /** Looks no longer through a folder; its models stay listed. NOT_FOUND. */
  forgetFolder(path: string): void;
  close(): Promise<void>;
}

export function createLibrary({
  vault,
  models,
  jobs,
  clock,
  machine = thisMachine(),
  ...hashing
}: LibraryDependencies): Library {
  const { shelf, samples, inspector } = models;
  const hasher = createHasher(hashing);
  const failures = new Map<string, string>();
  const kind = hashJob({ shelf, hasher, failures, findMoved: (signal) => findMoved({ vault, shelf, hasher }, signal) });
  jobs.register(kind);
  models.onAdded(hashWhatCameIn);
  let jobId: string | null = null;

  function runningJob(): string | null {
    const state = jobId === null ? null : jobs.stateOf(jobId);
    return state === 'queued' || state === 'running' ? jobId : null;
  }

  function hash(): string | null {
    failures.clear();
    const running = runningJob();
    if (running !== null) return running;
    if (unhashed(shelf.rows(), failures).length === 0) return null;
    jobId = jobs.start(kind, {}, { workspace: hashWorkspace });
    return jobId;
  }

  function hashWhatCameIn(): void {
    try {
      hash();
    } catch (thrown) {
      // The store was locked meanwhile: the list offers to read the files at the next unlock.
      if (!(thrown instanceof Fault)) throw thrown;
    }
  }

  function listed(): Listed[] {
    const ofSamples = samples.map(({ id, path, sizeBytes, sha256 }): Listed => {
      const known = shelf.known(path);
      const files = (known?.files ?? []).map((part) => ({ ...part, sha256 }));
      const row = {
        id,
        path,
        addedAt: new Date(0).toISOString(),
        source: null,
        label: null,
        sha256,
        previousSha256: null,
        files,
      };
      return { row, sizeBytes, facts: known?.facts ?? null, problem: shelf.problem(path), sample: true };
    });
    const hidden = queries.selectHidden(vault.store().read);
    const shown = shelf.rows().filter(({ id }) => !hidden.has(id));
    const rows = shown.map((row): Listed => {
      const problem = shelf.problem(row.path);
      const known = shelf.known(row.path);
      return { row, sizeBytes: row.file.size, facts: known?.facts ?? row.facts, problem, sample: false };
    });
    return [...ofSamples, ...rows];
  }

  async function around(all: readonly Listed[]): Promise<Around> {
    const byHash = new Map<string, string[]>();
    for (const { row } of all) if (row.sha256) byHash.set(row.sha256, [...(byHash.get(row.sha256) ?? []), row.id]);
    const room = await models.room();
    return { room, tags: queries.selectTags(vault.store().read), byHash, failures };
  }

  async function variants(): Promise<Member[]> {
    const all = listed();
    const context = await around(all);
    return all.map((one) => ({ variant: variantOf(one, context), facts: one.facts }));
  }

  async function list(): Promise<ModelLibrary> {
    await shelf.ensureSamples(samples.map(({ path }) => path));
    void shelf.check(samples.map(({ path }) => path));
    const families = familiesOf(await variants());
    const left = unhashed(shelf.rows(), failures);
    return {
      families: [...families.filter(({ key }) => key === 'sample'), ...families.filter(({ key }) => key !== 'sample')],
      ...(await models.room()),
      folders: queries.selectFolders(vault.store().read),
      unhashed: {
        files: left.length,
        bytes: left.reduce((sum, { part }) => sum + part.file.size, 0),
        jobId: runningJob(),
      },
    };
  }

  async function* taking(events: AsyncGenerator<ImportEvent, void>): AsyncGenerator<ImportEvent, void> {
    let ended = false;
    try {
      for await (const event of events) {
        if (event.type === 'done') {
          ended = true;
          models.keep(event.report.known);
          await shelf.check([]);
          yield { type: 'done', report: { ...event.report, jobId: hash() } };
        } else yield event;
      }
    } finally {
      // What came in before it was stopped is hashed as well.
      if (!ended) hashWhatCameIn();
    }
  }

  async function variant(id: string): Promise<Variant> {
    const one = (await variants()).find((member) => member.variant.id === id);
    if (one === undefined) throw notListed();
    return one.variant;
  }

  async function details(reference: string): Promise<ModelDetails> {
    const model = await models.resolve(reference);
    const described = await inspector.describe(model.path);
    const { facts } = described;
    const { identity } = facts;
    const room = await models.room();
    const row =
      listed().find((one) => one.row.path === model.path) ?? (await unlisted(model.path, model.addedAt, facts));
    const one = row.row.id === model.id ? await variant(model.id).catch(() => null) : null;
    return {
      variant: one ?? variantOf(row, await around([])),
      header: facts.header,
      metadata: described.metadata,
      template: described.template,
      example: described.example,
      specialTokens: described.specialTokens,
      tensorTypes: described.tensorTypes,
      hashes: {
        template: identity?.templateHash ?? null,
        specialTokens: identity?.specialTokensHash ?? '',
        vocabulary: identity?.vocabularyHash ?? '',
        files: row.row.files.map(({ path, file, sha256 }) => ({ path, sizeBytes: file.size, sha256 })),
      },
      origin: {
        organization: identity?.organization ?? null,
        quantizedBy: identity?.quantizedBy ?? null,
        baseModels: identity?.baseModels ?? [],
        imatrix: identity?.imatrix ?? null,
      },
      memory: estimateMemory(facts, contextOf(facts, undefined), room),
    };
  }

  async function unlisted(path: string, addedAt: string, facts: Listed['facts']): Promise<Listed> {
    const { file, files } = await statModel(path);
    const hashes = { sha256: null, previousSha256: null, files: files.map((part) => ({ ...part, sha256: null })) };
    return {
      row: { id: path, path, addedAt, source: null, label: null, ...hashes },
      sizeBytes: file.size,
      facts,
      problem: null,
      sample: false,
    };
  }

  async function diff(first: string, second: string): Promise<ModelDiff> {
    const [one, other] = [await models.resolve(first), await models.resolve(second)];
    const [left, right] = [await inspector.describe(one.path), await inspector.describe(other.path)];
    const isOther = left.facts.identity?.vocabularyHash !== right.facts.identity?.vocabularyHash;
    const vocabulary = isOther ? await inspector.compareVocabularies(one.path, other.path) : null;
    const side = ({ id, name, path }: typeof one, { facts }: typeof left) => ({
      reference: id,
      name,
      quantization: facts.header.quantization,
      path,
    });
    return { one: side(one, left), other: side(other, right), ...diffOf(left, right, vocabulary) };
  }

  async function deleteFile(id: string, name: string): Promise<{ files: number; bytes: number }> {
    const row = shelf.rows().find((one) => one.id === id);
    if (row === undefined) throw samples.some((sample) => sample.id === id) ? ofAssay() : notListed();
    await deleteFiles(row, name).catch((thrown: unknown) => {
      // Perhaps the list is behind what lies on the disk.
      if (thrown instanceof Fault && thrown.code === 'CONFLICT') void shelf.check([]);
      throw thrown;
    });
    shelf.change((write) => queries.deleteModel(write, id));
    return { files: row.files.length, bytes: row.file.size };
  }

  return {
    list,
    hash,
    details,
    diff,
    deleteFile,
    async *import({ paths, found }, signal) {
      const places =
        found.length === 0 ? [] : (await findPlaces(machine, signal)).filter(({ folder }) => found.includes(folder));
      yield* taking(importModels({ shelf, clock }, { paths, places }, signal));
    },
    async *rescan(signal) {
      await shelf.check([]);
      yield* taking(
        importModels({ shelf, clock }, { paths: queries.selectFolders(vault.store().read), places: [] }, signal),
      );
    },
    async found(signal) {
      const known = new Set(shelf.rows().map(({ path }) => path));
      return (await findPlaces(machine, signal)).map((place) => ({
        ...place,
        models: place.models.map((one) => ({ ...one, inLibrary: known.has(one.path) })),
      }));
    },
    tag({ ids, add, remove }) {
      const known = new Set([...samples, ...shelf.rows()].map(({ id }) => id));
      if (ids.some((id) => !known.has(id))) throw notListed();
      shelf.change((write) => {
        for (const id of ids) {
          for (const tag of remove) queries.deleteTag(write, id, tag);
          for (const tag of add) queries.insertTag(write, id, tag);
        }
      });
    },
    forgetFolder(path) {
      if (shelf.change((write) => queries.deleteFolder(write, path)) === 0)
        throw new Fault('NOT_FOUND', 'This folder is not on the list any more.');
    },
    async close() {
      await hasher.rest();
    },
  };
}

const notListed = () => new Fault('NOT_FOUND', 'This model is not in the list any more. Look at the list again.');
const ofAssay = () => new Fault('CONFLICT', 'The sample model comes with Assay; its files are not deleted.');
