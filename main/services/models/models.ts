import { resolve as absolute } from 'node:path';
import {
  type FileVersion,
  libraryId,
  type MemoryEstimate,
  type Model,
  type ModelHeader,
  type RoomForModels,
} from '../../../preload/contract/models.ts';
import type { Removed } from '../../../preload/contract/removals.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { FoundModel } from '../../base/generation.ts';
import { allParts, combinedHash } from '../../base/ggufParts.ts';
import { newId } from '../../base/ids.ts';
import { type Removals, removedAtOnce } from '../../base/removals.ts';
import { isSameFile, markOf } from '../../base/sourceFile.ts';
import type { Store } from '../../db/store.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import { type Memory, readMemory } from './availableMemory.ts';
import { createInspector, fileNameOf, type Inspector, type InspectorOptions } from './inspector.ts';
import type { StoredModel } from './models.queries.ts';
import * as queries from './models.queries.ts';
import { contextOf, estimateMemory } from './models.rules.ts';
import type { SampleLadder } from './quantizeSample.ts';
import { readSamples, type SampleFile, sampleId, sampleName } from './sample.ts';
import { createShelf, type Known, type Shelf } from './shelf.ts';

export interface ModelsDependencies extends InspectorOptions {
  vault: { store(): Store };
  /** Folder of the embedded sample model, with its manifest. */
  sampleFolder: string;
  /** Makes the sample's quantizations that do not come with Assay, when they are asked for. Default: those are not found. */
  ladder?: Pick<SampleLadder, 'files' | 'make'>;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Default: what this machine says. */
  memory?: () => Promise<Memory>;
  /** Bytes that the settings let models take; default: no limit. */
  mostBytes?: () => number;
  /** Default: what is taken off the list goes at once. */
  removals?: Removals;
}

/** The library: which models there are, and what their files say. Files stay where they are and are never written. */
export interface Models {
  /** The samples, then what was added, oldest first. Faults: LOCKED, NO_STORE. */
  list(): Model[];
  /**
   * Reads the file and remembers it; a path that is known already is read anew. `hashes`: the SHA-256 of its files by their paths, as far as
   * whoever made them has read them. Faults: those of `inspect`, LOCKED, NO_STORE.
   */
  add(path: string, hashes?: ReadonlyMap<string, string>): Promise<Model>;
  /** Told after each `add`. */
  onAdded(listener: () => void): void;
  /** Takes models off the list, at once and for good when the time to undo it is over; their files stay. NOT_FOUND; CONFLICT for a sample. */
  forget(ids: readonly string[]): Removed;
  /** Those that were taken off stay all the same: someone adds them again. */
  keep(ids: readonly string[]): void;
  /**
   * An id, `sample`, `sample:Q4_K_M` (made now when it is not there), or a path, which need not be in the library. Faults: those of
   * `inspect`; ENGINE_UNAVAILABLE of a quantization that cannot be made here.
   */
  resolve(reference: string): Promise<FoundModel>;
  /** The file that was last seen of a model of the library, or under a path of it, without a look at the disk; null of any other. LOCKED, NO_STORE. */
  versionOf(reference: string): FileVersion | null;
  /** What the header of a file says. Faults: MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG. */
  inspect(path: string): Promise<ModelHeader>;
  /** What a resolved model says beyond its header, for who loads it. */
  facts(model: Pick<Model, 'path'>): Promise<HeaderFacts>;
  /** What the model with this context would take, held against what is `left` for it of the room; default: all. Faults: those of `inspect`. */
  estimate(
    input: { model: string; contextSize?: number },
    left?: (freeBytes: number) => number,
  ): Promise<MemoryEstimate>;
  /** What this machine has. */
  memory(): Promise<Memory>;
  /** What models may take of it now. */
  room(): Promise<RoomForModels>;
  /** The embedded sample and its quantizations. */
  readonly samples: readonly SampleFile[];
  /** What is known of files; for the library, which shares it. */
  readonly shelf: Shelf;
  readonly inspector: Inspector;
  close(): Promise<void>;
}

export function createModels({
  vault,
  sampleFolder,
  ladder,
  changes,
  clock,
  memory = readMemory,
  mostBytes = () => Number.POSITIVE_INFINITY,
  removals = removedAtOnce,
  ...reading
}: ModelsDependencies): Models {
  const inspector = createInspector(reading);
  const shelf = createShelf({ vault, changes, inspector });
  const samples = readSamples(sampleFolder);
  samples.push(...(ladder?.files() ?? []).filter(({ id }) => samples.every((one) => one.id !== id)));

  const added: (() => void)[] = [];
  const removal = removals.register({
    kind: 'models.model',
    carryOut: (id) => void shelf.change((write) => queries.deleteModel(write, id)),
    changed: () => changes.announce('models'),
  });

  function list(): Model[] {
    const hidden = queries.selectHidden(vault.store().read);
    const rows = shelf.rows().filter(({ id }) => !hidden.has(id));
    void shelf.check(samples.map(({ path }) => path));
    return [...samples.map(sampleModel), ...rows.map(stored)];
  }

  function listed(id: string, path: string, addedAt: string, sizeBytes: number, sample: boolean): Model {
    const known = shelf.known(path);
    const problem = shelf.problem(path)?.message ?? null;
    return {
      id,
      path,
      name: sample ? sampleName : (known?.facts.header.name ?? fileNameOf(path)),
      sizeBytes: known?.file.size ?? sizeBytes,
      sample,
      addedAt,
      header: problem === null ? (known?.facts.header ?? null) : null,
      problem,
    };
  }

  const stored = ({ id, path, addedAt, file }: StoredModel): Model => listed(id, path, addedAt, file.size, false);
  const sampleModel = ({ id, path, sizeBytes }: SampleFile): Model =>
    listed(id, path, new Date(0).toISOString(), sizeBytes, true);

  function versionOf(reference: string): FileVersion | null {
    const sample = samples.find(({ id }) => id === reference);
    const known = sample && shelf.known(sample.path);
    if (sample && known) return { mark: markOf(known.file), sha256: sample.sha256 };
    const row = shelf.rows().find(({ id, path }) => id === reference || path === reference);
    return row === undefined ? null : { mark: markOf(row.file), sha256: row.sha256 };
  }

  async function resolve(reference: string): Promise<FoundModel> {
    const wanted = sampleId(reference);
    if (wanted !== undefined) {
      const sample = samples.find(({ id }) => id === wanted) ?? (await makeSample(wanted));
      if (sample === undefined)
        throw noSuchSample(
          reference,
          samples.map(({ id }) => id),
        );
      const { file } = await shelf.read(sample.path);
      return { ...sampleModel(sample), version: { mark: markOf(file), sha256: sample.sha256 } };
    }
    const path = firstPart(reference);
    const row = shelf.rows().find((one) => one.id === reference || one.path === path);
    if (row === undefined && libraryId.test(reference)) throw offTheList();
    const { file } = await shelf.read(row?.path ?? path);
    // What the library knows of a file is not true of another one of its name.
    const sha256 = row !== undefined && isSameFile(row.file, file) ? row.sha256 : null;
    const found = row ? stored(row) : listed(path, path, new Date(clock.now()).toISOString(), file.size, false);
    return { ...found, version: { mark: markOf(file), sha256 } };
  }

  function keepHashes(path: string, hashes: ReadonlyMap<string, string>): void {
    const row = shelf.rows().find((one) => one.path === path);
    if (row === undefined || row.files.every((part) => part.sha256 !== null || !hashes.has(part.path))) return;
    const files = row.files.map((part) => ({ ...part, sha256: part.sha256 ?? hashes.get(part.path) ?? null }));
    shelf.put([{ ...row, files, sha256: combinedHash(files) }]);
  }

  async function makeSample(id: string): Promise<SampleFile | undefined> {
    const source = samples.find((one) => one.id === 'sample');
    if (ladder === undefined || source === undefined) return undefined;
    const made = await ladder.make(id.slice('sample:'.length), source);
    const known = samples.find((one) => one.id === id);
    if (known === undefined) samples.push(made);
    changes.announce('models');
    return known ?? made;
  }

  async function room(): Promise<RoomForModels> {
    const [{ availableBytes }, most] = [await memory(), mostBytes()];
    return { availableBytes: Math.min(availableBytes, most), isLimited: most < availableBytes };
  }

  return {
    list,
    resolve,
    versionOf,
    memory,
    room,
    samples,
    shelf,
    inspector,
    onAdded: (listener) => void added.push(listener),
    async add(given, hashes = new Map()) {
      const path = firstPart(given);
      const now = await shelf.read(path);
      const before = shelf.rows().find((row) => row.path === path);
      if (before !== undefined) {
        removal.keep([before.id]);
        shelf.refresh(before, now);
      } else {
        const at = clock.now();
        shelf.change((write) => queries.upsertModel(write, newModel(newId(at), path, at, now)));
      }
      keepHashes(path, hashes);
      for (const listener of added) listener();
      const { version: _version, ...model } = await resolve(path);
      return model;
    },
    forget(ids) {
      if (samples.some(({ id }) => ids.includes(id)))
        throw new Fault('CONFLICT', 'The sample model comes with Assay and stays in the list.');
      const known = new Set(shelf.rows().map(({ id }) => id));
      if (ids.some((id) => !known.has(id)))
        throw new Fault('NOT_FOUND', 'This model is not in the list any more. Look at the list again.');
      return removal.hide(ids);
    },
    keep: removal.keep,
    async inspect(path) {
      return (await shelf.read(firstPart(path))).facts.header;
    },
    async facts({ path }) {
      return (await shelf.read(path)).facts;
    },
    async estimate({ model, contextSize }, left = (freeBytes) => freeBytes) {
      const { facts } = await shelf.read((await resolve(model)).path);
      const { availableBytes, isLimited } = await room();
      return estimateMemory(facts, contextOf(facts, contextSize), { availableBytes: left(availableBytes), isLimited });
    },
    async close() {
      await inspector.close();
      await shelf.close();
    },
  };
}

/** Of a model that was split the first file stands for all. */
export function firstPart(path: string): string {
  return allParts(absolute(path))[0] ?? absolute(path);
}

/** A row for a file that the library did not have. */
export function newModel(
  id: string,
  path: string,
  at: number,
  now: Known,
  found?: { source: string; label: string },
): StoredModel {
  return {
    id,
    path,
    addedAt: new Date(at).toISOString(),
    file: now.file,
    facts: now.facts,
    source: found?.source ?? null,
    label: found?.label ?? null,
    sha256: null,
    previousSha256: null,
    files: now.files.map((part) => ({ ...part, sha256: null })),
  };
}

const offTheList = () =>
  new Fault(
    'MODEL_NOT_FOUND',
    'This model is not in the list any more: it was taken off. Choose another one, or add its file again.',
  );

function noSuchSample(reference: string, ids: string[]): Fault {
  const there =
    ids.length === 0 ? 'This installation holds no sample model; install Assay again.' : `There are ${ids.join(', ')}.`;
  return new Fault('MODEL_NOT_FOUND', `There is no sample model called ${reference}. ${there}`);
}
