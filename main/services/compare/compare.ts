import {
  type Comparison,
  type ComparisonEvent,
  type ComparisonInput,
  type ComparisonSettings,
  type ComparisonSummary,
  type ComparisonView,
  comparisonInput,
} from '../../../preload/contract/compare.ts';
import type { Model, ModelUse } from '../../../preload/contract/models.ts';
import type { Removed } from '../../../preload/contract/removals.ts';
import type { Changes } from '../../base/changes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import type { FoundModel, Generating } from '../../base/generation.ts';
import { newId } from '../../base/ids.ts';
import type { JobQueue } from '../../base/job.ts';
import { type Removals, removedAtOnce } from '../../base/removals.ts';
import type { Store, WriteHandle } from '../../db/store.ts';
import { answersJob } from './answers.job.ts';
import * as queries from './compare.queries.ts';
import { askedColumn, excerptOf, type StoredColumn } from './compare.rules.ts';
import { deleteAnswer } from './deletion.ts';
import { type ExportedText, exportComparison } from './export.ts';
import type { AnswerHistory } from './history.ts';
import { createLives, overlay, wholeOf } from './live.ts';
import { readComparison, requireComparison, summaryOf } from './read.ts';
import { realignAll } from './settle.ts';

export interface CompareDependencies {
  /** Throws LOCKED or NO_STORE. */
  vault: { store(): Store };
  jobs: JobQueue;
  models: { list(): Model[]; resolve(reference: string): Promise<FoundModel> };
  engine: Generating;
  changes: Pick<Changes, 'announce'>;
  /** Where every answer is written down, too. Default: nowhere. */
  history?: AnswerHistory;
  /** Default: what is removed goes at once. */
  removals?: Removals;
  /** Default: the system's. */
  clock?: Clock;
}

export interface Compare {
  /** Begins a comparison as a job; both are committed when this returns. BAD_INPUT; NOT_FOUND of what is pinned. */
  start(input: ComparisonInput): { id: string; jobId: string };
  /** First a snapshot, then what changes, at most one message a frame and cell, then `ended`. NOT_FOUND. */
  watch(view: ComparisonView, signal: AbortSignal): AsyncIterable<ComparisonEvent>;
  /** As it stands now, answers under way included. NOT_FOUND. */
  get(view: ComparisonView): Comparison;
  /** Newest first. `before`: id of the last one of the page before; `limit`: default 100; `model`: only those with a column of it. */
  list(page?: { before?: string; limit?: number; model?: string }): ComparisonSummary[];
  /** In how many comparisons each model has a column. */
  uses(): ModelUse[];
  /** `null` takes the name away. NOT_FOUND. */
  rename(id: string, name: string | null): void;
  /** Hidden at once, deleted when the time to undo it is over. NOT_FOUND; CONFLICT while it waits or runs. */
  remove(id: string): Removed;
  /** Everything of it as one text; `tokens` false leaves those out of the JSON (default: true). NOT_FOUND; TOO_LARGE. */
  export(id: string, format: 'markdown' | 'json', options?: { tokens?: boolean }): ExportedText;
}

export function createCompare({
  vault,
  jobs,
  models,
  engine,
  changes,
  history,
  removals = removedAtOnce,
  clock = systemClock,
}: CompareDependencies): Compare {
  const lives = createLives();
  const kind = answersJob({ vault, models, engine, changes, lives, history, clock });
  jobs.register(kind);
  history?.onRemoved((write, removed) => {
    if (!deleteAnswer(write, removed, (job_id) => isUnderWay({ job_id }))) return;
    vault.store().afterCommit(() => changes.announce('compare'));
  });

  const removal = removals.register({
    kind: 'compare.comparison',
    carryOut(id) {
      const row = queries.selectPlaced(vault.store().read, id);
      if (row === undefined) return;
      requireEnded(id, row);
      vault.store().transaction((write) => {
        queries.deleteComparison(write, row.sequence);
        history?.forget(write, id);
      });
      changes.announce('compare');
    },
    changed: () => changes.announce('compare'),
  });

  function requireEnded(id: string, row: Pick<queries.ComparisonRow, 'job_id'>): void {
    if (!isUnderWay(row)) return;
    throw new Fault('CONFLICT', 'This comparison still runs. Cancel it before you delete it.', {
      facts: { comparison: id },
    });
  }

  function start(input: ComparisonInput): { id: string; jobId: string } {
    const settings = comparisonInput.parse(input);
    requireJson(settings.schema);
    const known = models.list();
    const columns = settings.models.map((reference) =>
      askedColumn(
        reference,
        known.find((model) => model.id === reference || model.path === reference),
      ),
    );
    const store = vault.store();
    const at = clock.now();
    const id = newId(at);
    const jobId = store.transaction((write) => {
      const job = jobs.start(kind, { comparison: id, models: columns.length, prompts: settings.prompts.length });
      const createdAt = new Date(at).toISOString();
      const pins = pinned(write, settings, columns);
      const sequence = queries.insertComparison(write, {
        id,
        createdAt,
        jobId: job,
        settings,
        columns,
        excerpt: excerptOf(settings.prompts),
      });
      for (const { from, column } of pins) queries.copyColumn(write, from, { sequence, column });
      if (pins.some(({ column }) => column === 0)) realignAll(write, requireComparison(write, id));
      return job;
    });
    changes.announce('compare');
    return { id, jobId };
  }

  function isUnderWay({ job_id }: Pick<queries.ComparisonRow, 'job_id'>): boolean {
    const state = job_id === null ? null : jobs.stateOf(job_id);
    return state === 'queued' || state === 'running';
  }

  function get(view: ComparisonView): Comparison {
    const stored = readComparison(vault.store().read, view);
    const live = lives.find(view.id);
    return live === undefined ? stored : overlay(stored, live.cells, wholeOf(view));
  }

  async function* watch(view: ComparisonView, signal: AbortSignal): AsyncGenerator<ComparisonEvent, void> {
    const row = requireComparison(vault.store().read, view.id);
    if (isUnderWay(row)) {
      yield* lives.of(view.id).watch(view, () => readComparison(vault.store().read, view), signal);
      return;
    }
    yield { type: 'snapshot', comparison: get(view) };
    yield { type: 'ended' };
  }

  return {
    start,
    watch,
    get,
    list: ({ before, limit = 100, model } = {}) =>
      queries.selectComparisons(vault.store().read, before ?? null, limit, model ?? null).map(summaryOf),
    uses: () => queries.selectModelUses(vault.store().read),
    rename(id, name) {
      const store = vault.store();
      requireComparison(store.read, id);
      store.transaction((write) => queries.updateName(write, id, name));
      changes.announce('compare');
    },
    remove(id) {
      requireEnded(id, requireComparison(vault.store().read, id));
      return removal.hide([id]);
    },
    export: (id, format, { tokens = true } = {}) => exportComparison(vault.store().read, id, format, tokens),
  };
}

interface Pin {
  from: { sequence: number; column: number };
  column: number;
}

/** Where the pinned columns come from; such a column also takes over what is known of its model. */
function pinned(write: WriteHandle, { pinned: wish, models }: ComparisonSettings, columns: StoredColumn[]): Pin[] {
  if (wish === undefined) return [];
  const earlier = requireComparison(write, wish.comparison);
  return wish.columns.map((column) => {
    const reference = models[column];
    const places = earlier.columns_json
      .map((_, place) => place)
      .sort((a, b) => Math.abs(a - column) - Math.abs(b - column));
    const place = places.find((candidate) => earlier.columns_json[candidate]?.reference === reference);
    const known = place === undefined ? undefined : earlier.columns_json[place];
    if (place === undefined || known === undefined) {
      throw new Fault(
        'BAD_INPUT',
        `Column ${column + 1} cannot be pinned: the earlier comparison has no answers of its model.`,
      );
    }
    columns[column] = known;
    return { from: { sequence: earlier.sequence, column: place }, column };
  });
}

function requireJson(schema: string | undefined): void {
  if (schema === undefined) return;
  try {
    JSON.parse(schema);
  } catch (cause) {
    throw new Fault('BAD_INPUT', 'The schema for the answers is not JSON. Correct it or leave it away.', { cause });
  }
}
