import { isAbsolute } from 'node:path';
import {
  type DepthBand,
  type DivergenceInput,
  type DivergenceRun,
  type DivergenceSettings,
  type DivergenceSummary,
  divergenceInput,
  type InspectionEvent,
  type KldHistogram,
  type LabAvailability,
  type ModelMeasurement,
  type StripToken,
  type TokenStrip,
} from '../../../preload/contract/divergence.ts';
import type { Model, ModelUse } from '../../../preload/contract/models.ts';
import type { DatasetWithItems } from '../../../preload/contract/prompts.ts';
import type { Removed } from '../../../preload/contract/removals.ts';
import { Fault } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { JobQueue } from '../../base/job.ts';
import { type Removals, removedAtOnce } from '../../base/removals.ts';
import type { Lab } from '../../inference/lab.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import { askedColumn, baseColumn, titleOf } from './columns.rules.ts';
import { divergenceJob, type RunDependencies } from './divergence.job.ts';
import * as queries from './divergence.queries.ts';
import { inputOf } from './divergenceRun.ts';
import { type ExportedText, type ExportFormat, exportRun } from './export.ts';
import { createInspections, keyOf } from './inspection.ts';
import { readMeasurements } from './measurements.ts';
import {
  readDepth,
  readHistogram,
  readPosition,
  readRun,
  readStrip,
  readSummary,
  readWorst,
  requireJob,
  requireRun,
} from './read.ts';
import { requireBase } from './requireBase.ts';
import { textOf } from './runText.ts';

export interface DivergenceDependencies extends Omit<RunDependencies, 'models' | 'lab'> {
  vault: RunDependencies['vault'] & {
    onLocking(listener: () => void | Promise<void>): () => void;
  };
  jobs: JobQueue;
  models: RunDependencies['models'] & { list(): Model[] };
  lab: Pick<Lab, 'probe' | 'divergence' | 'inspector'>;
  datasets: { dataset(id: string): Promise<DatasetWithItems> };
  /** Default: what is removed goes at once. */
  removals?: Removals;
}

/** What quantizations cost: perplexity, KL divergence and flips of candidates against a reference, on a text. */
export interface Divergence {
  /** Whether this installation can measure; else what is missing and what to install. */
  availability(): Promise<LabAvailability>;
  /** Begins a run as a job; both are committed when this returns. BAD_INPUT; NOT_FOUND of a data set; ENGINE_UNAVAILABLE. */
  start(input: DivergenceInput): Promise<{ id: string; jobId: string }>;
  /** With every number as far as it has come. NOT_FOUND. */
  get(id: string): Promise<DivergenceRun>;
  /** Newest first. `before`: id of the last one of the page before; `limit`: default 100; `model`: that takes part. */
  list(page?: { before?: string; limit?: number; model?: string }): DivergenceSummary[];
  /** In how many runs each model takes part. */
  uses(): ModelUse[];
  /** One of each file: of the run that fills its ladder, else of another one. */
  measurements(): ModelMeasurement[];
  /** KLD of all scored tokens of a candidate. NOT_FOUND. */
  histogram(id: string, candidate: number, bins: number): KldHistogram;
  /** What a candidate costs by the number of tokens that stand before. NOT_FOUND. */
  depth(id: string, candidate: number, bands: number): DepthBand[];
  /** A page of the scored tokens. NOT_FOUND. */
  tokens(id: string, page: { candidate: number; from: number; count: number }): TokenStrip;
  /** The tokens with the largest KLD, worst first. NOT_FOUND. */
  worst(id: string, candidate: number, share: number): StripToken[];
  /** Loads both models and looks at one position. NOT_FOUND; the engine's faults. */
  inspect(
    at: { id: string; candidate: number; position: number; continueTokens: number },
    signal: AbortSignal,
  ): AsyncIterable<InspectionEvent>;
  /** `null` takes the name away. NOT_FOUND. */
  rename(id: string, name: string | null): void;
  /** Hidden at once, deleted when the time to undo it is over. NOT_FOUND; CONFLICT while it waits or runs. */
  remove(id: string): Removed;
  /** Everything of it as one text. NOT_FOUND; CONFLICT before its first chunk. */
  export(id: string, format: ExportFormat): Promise<ExportedText>;
  close(): Promise<void>;
}

export function createDivergence(dependencies: DivergenceDependencies): Divergence {
  const { vault, jobs, models, lab, datasets, changes, removals = removedAtOnce, clock } = dependencies;
  const kind = divergenceJob(dependencies);
  jobs.register(kind);
  const inspections = createInspections(lab);
  // The models of a look hold what was read: nothing of it outlives the unlocked store.
  const forgetLocking = vault.onLocking(() => inspections.close());
  const stateOf = (job: string) => jobs.stateOf(job);
  /** The last runs that were asked for, as far as they had come: their sums are worked out once. */
  const counted = new Map<string, { stamp: string; run: Promise<DivergenceRun> }>();

  const removal = removals.register({
    kind: 'divergence.run',
    carryOut(id) {
      requireEnded(id);
      vault.store().transaction((write) => queries.deleteRun(write, id));
      counted.delete(id);
      changes.announce('divergence');
    },
    changed: () => changes.announce('divergence'),
  });

  function requireEnded(id: string): void {
    const job = requireJob(vault.store().read, id);
    const state = job === null ? null : jobs.stateOf(job);
    if (state !== 'queued' && state !== 'running') return;
    throw new Fault('CONFLICT', 'This run is not over. Cancel it before you delete it.', { facts: { run: id } });
  }

  function columnsOf({ reference, base, candidates }: DivergenceSettings): queries.StoredColumn[] {
    const known = models.list();
    const asked = candidates.map(askedColumn);
    const first = reference === null ? baseColumn(base?.file ?? '') : askedColumn(reference);
    return [first, ...asked].map((column) => {
      const model = known.find(({ id, path }) => id === column.reference || path === column.reference);
      if (model === undefined) return column;
      return { ...column, name: model.name, quantization: model.header?.quantization ?? column.quantization };
    });
  }

  async function start(given: DivergenceInput): Promise<{ id: string; jobId: string }> {
    const settings = divergenceInput.parse(given);
    requireSense(settings);
    const columns = columnsOf(settings);
    requireBase(settings, columns);
    const available = await lab.probe();
    if (!available.available) throw new Fault('ENGINE_UNAVAILABLE', `${available.reason} ${available.remedy}`);
    const text = await textOf(settings, datasets);
    const store = vault.store();
    const at = clock.now();
    const id = newId(at);
    const jobId = store.transaction((write) => {
      const job = jobs.start(kind, { run: id, title: titleOf(columns) });
      const createdAt = new Date(at).toISOString();
      queries.insertRun(write, { id, name: settings.name ?? null, createdAt, jobId: job, settings, columns, ...text });
      return job;
    });
    changes.announce('divergence');
    return { id, jobId };
  }

  function row(id: string): queries.RunRow {
    return requireRun(vault.store().read, id);
  }

  async function get(id: string): Promise<DivergenceRun> {
    const { read } = vault.store();
    const found = requireRun(read, id);
    const summary = readSummary(read, found, stateOf);
    const stamp = JSON.stringify([summary, found.facts_json]);
    const before = counted.get(id);
    if (before?.stamp === stamp) return before.run;
    const run = readRun(read, found, stateOf);
    counted.delete(id);
    counted.set(id, { stamp, run });
    const oldest = counted.keys().next().value;
    if (counted.size > mostCounted && oldest !== undefined) counted.delete(oldest);
    // A store that was locked meanwhile says so once.
    run.catch(() => counted.delete(id));
    return run;
  }

  async function* inspect(
    { id, candidate, position, continueTokens }: Parameters<Divergence['inspect']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<InspectionEvent, void, void> {
    const { read } = vault.store();
    const run = requireRun(read, id);
    const { token, before } = readPosition(read, run, candidate, position);
    const [reference, measured] = [run.columns_json[0], run.columns_json[candidate + 1]];
    if (run.settings_json.base?.use === 'read' || !reference?.file || !measured?.file) {
      throw new Fault(
        'CONFLICT',
        'This run has no reference model, only a base file, so no position can be looked at. Run it with the model itself.',
      );
    }
    yield* inspections.look(
      {
        key: keyOf(run, candidate),
        models: [
          { path: reference.file, cacheKeyType: reference.keyType, cacheValueType: reference.valueType },
          { path: measured.file, cacheKeyType: measured.keyType, cacheValueType: measured.valueType },
        ],
        input: inputOf(run, queries.selectText(read, run.sequence)),
        context: run.settings_json.contextSize,
        chunks: run.facts_json.chunkCount,
        threads: run.facts_json.threads ?? dependencies.threads(),
        chunk: token.chunk,
        place: token.place,
        continueTokens,
        known: { actual: token, before: before.slice(-mostBefore) },
      },
      signal,
    );
  }

  return {
    async availability() {
      const found = await lab.probe();
      if (!found.available) return { available: false, reason: found.reason, remedy: found.remedy };
      return { available: true, release: llamaRelease };
    },
    start,
    get,
    uses: () => queries.selectModelUses(vault.store().read),
    list({ before, limit = 100, model } = {}) {
      const { read } = vault.store();
      return queries.selectRuns(read, before ?? null, limit, model).map((one) => readSummary(read, one, stateOf));
    },
    measurements: () => readMeasurements(vault.store().read),
    histogram: (id, candidate, bins) => readHistogram(vault.store().read, row(id), candidate, bins),
    depth: (id, candidate, bands) => readDepth(vault.store().read, row(id), candidate, bands),
    tokens: (id, page) => readStrip(vault.store().read, row(id), page),
    worst: (id, candidate, share) => readWorst(vault.store().read, row(id), candidate, share),
    inspect,
    rename(id, name) {
      row(id);
      vault.store().transaction((write) => queries.updateName(write, id, name));
      changes.announce('divergence');
    },
    remove(id) {
      requireEnded(id);
      return removal.hide([id]);
    },
    async export(id, format) {
      const run = await get(id);
      return exportRun(vault.store().read, row(id), run, format);
    },
    async close() {
      forgetLocking();
      await inspections.close();
    },
  };
}

/** Characters shown before a position. */
const mostBefore = 2000;
const mostCounted = 8;

function requireSense({ reference, base, text }: DivergenceSettings): void {
  if (reference === null && base?.use !== 'read')
    throw new Fault('BAD_INPUT', 'There is no reference. Name a model, or a base file to read.');
  if (base !== undefined && !isAbsolute(base.file))
    throw new Fault('BAD_INPUT', `The base file ${base.file} has no whole path. Name it from the root of the disk on.`);
  if (base?.use === 'write' && text.kind === 'dataset')
    throw new Fault(
      'BAD_INPUT',
      'A base file holds a plain text cut into chunks. Choose a text instead of a data set.',
    );
}
