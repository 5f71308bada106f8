import { z } from 'zod';
import { generationStats } from '../../../preload/contract/engine.ts';
import type { HistoryDetail, HistoryEntry, HistoryModel } from '../../../preload/contract/prompts.ts';
import { jsonText } from '../../base/jsonText.ts';
import { excerptOf, hitsIn } from './highlight.rules.ts';
import { type Cursor, type HistoryRow, type HistoryTexts, sequencesEach } from './history.queries.ts';
import type { SearchTerm } from './search.rules.ts';

/** What is kept of an import's timing may be partial. */
const keptStats = generationStats.partial();
const settings = jsonText.pipe(z.record(z.string(), z.unknown()));

export function momentOf(sequence: number): string {
  return new Date(Math.floor(sequence / sequencesEach)).toISOString();
}

/** The first sequence of a moment (ISO 8601), or the given one when there is none. */
export function sequenceOf(moment: string | undefined, otherwise: number): number {
  const at = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(at) ? otherwise : Math.max(0, at * sequencesEach);
}

export function writeCursor({ value, sequence }: Cursor): string {
  return `${value}:${sequence}`;
}

/** Null when it is none of ours: the list then begins anew. */
export function readCursor(text: string | undefined): Cursor | null {
  const [value, sequence] = (text ?? '').split(':').map(Number);
  if (value === undefined || sequence === undefined || !Number.isFinite(value) || !Number.isSafeInteger(sequence))
    return null;
  return { value, sequence };
}

const unknownModel: HistoryModel = { key: 0, id: null, name: 'unknown', quantization: 'unknown', sha256: null };

export function entryOf(
  row: HistoryRow,
  texts: HistoryTexts | undefined,
  models: ReadonlyMap<number, HistoryModel>,
  terms: readonly SearchTerm[],
): HistoryEntry {
  return {
    id: row.id,
    at: momentOf(row.sequence),
    source: row.source,
    origin: row.origin,
    title: texts?.title ?? null,
    model: models.get(row.model) ?? unknownModel,
    prompt: excerptOf(texts?.prompt ?? '', terms),
    answer: excerptOf(texts?.answer ?? '', terms),
    state: row.state,
    tokenCount: row.token_count,
    ttftMs: row.ttft_ms,
    tokensPerSecond: row.tokens_per_second,
    totalMs: row.total_ms,
    tags: tagsIn(texts?.tags ?? null),
    hasNote: row.has_note === 1,
  };
}

export function detailOf(
  entry: HistoryEntry,
  texts: HistoryTexts,
  siblings: number,
  terms: readonly SearchTerm[],
): HistoryDetail {
  const stats = texts.stats_json === null ? null : jsonText.pipe(keptStats).parse(texts.stats_json);
  const { system, prompt, answer, note } = texts;
  return {
    ...entry,
    system,
    promptText: prompt,
    messagesBefore: texts.messages_before,
    answerText: answer,
    note,
    settings: settings.parse(texts.settings_json),
    promptTokens: stats?.promptTokens ?? null,
    stopReason: stats?.stopReason ?? null,
    siblings,
    hits: {
      prompt: hitsIn(prompt, terms),
      answer: hitsIn(answer, terms),
      system: hitsIn(system ?? '', terms),
      note: hitsIn(note ?? '', terms),
    },
  };
}

/** As they are kept: one a line. */
function tagsIn(kept: string | null): string[] {
  return kept === null || kept === '' ? [] : kept.split('\n');
}
