import type { Cell } from '../../../preload/contract/compare.ts';
import type { GenerationStats } from '../../../preload/contract/engine.ts';
import type { FileVersion } from '../../../preload/contract/models.ts';
import type { Clock } from '../../base/clock.ts';
import type { WriteHandle } from '../../db/store.ts';
import * as queries from './compare.queries.ts';

/** What compare asks of the history of all generations. */
export interface AnswerHistory {
  /** Within the transaction that keeps the answer. */
  record(
    write: WriteHandle,
    answer: {
      source: 'compare' | 'playground';
      origin: string;
      place: string;
      at: number;
      title?: string | null;
      model: { id: string | null; name: string; quantization: string; version?: FileVersion | undefined };
      system: string | null;
      prompt: string;
      messagesBefore: number;
      answer: string;
      settings: Record<string, unknown>;
      state: 'done' | 'cancelled' | 'failed';
      stats: GenerationStats | null;
    },
  ): void;
  /** Deletes what came from a comparison or conversation that is deleted; with `places` these answers of it alone. */
  forget(write: WriteHandle, origin: string, places?: readonly string[]): void;
  /** Told, within the transaction, of each answer that is deleted from the history for good. */
  onRemoved(listener: (write: WriteHandle, removed: RemovedAnswer) => void): void;
}

export interface RemovedAnswer {
  origin: string;
  place: string;
  prompt: string;
  answer: string;
  /** As JSON. */
  stats: string | null;
}

/**
 * Writes down a settled answer, also one that failed or was stopped without a word: what was asked can be found again. One that was
 * taken over from an earlier comparison, or was cancelled before its turn came (`begun` false), was no generation.
 */
export function recordAnswer(
  write: WriteHandle,
  { history, clock }: { history?: AnswerHistory | undefined; clock: Clock },
  row: queries.ComparisonRow,
  cell: Cell,
  begun: boolean,
): void {
  const column = row.columns_json[cell.column];
  if (history === undefined || column === undefined || cell.pinned || !begun) return;
  if (!(cell.state === 'done' || cell.state === 'failed' || cell.state === 'cancelled')) return;
  const { system = null, models: _, ...settings } = row.settings_json;
  history.record(write, {
    source: 'compare',
    origin: row.id,
    place: `${cell.prompt}/${cell.column}`,
    at: clock.now(),
    model: { id: column.modelId, name: column.name, quantization: column.quantization, version: column.version },
    system,
    prompt: queries.selectPrompt(write, row.sequence, cell.prompt) ?? '',
    messagesBefore: 0,
    answer: cell.text,
    settings,
    state: cell.state,
    stats: cell.stats,
  });
}
