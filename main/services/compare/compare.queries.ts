import { z } from 'zod';
import {
  type Cell,
  type ComparisonSettings,
  comparisonColumn,
  comparisonInput,
} from '../../../preload/contract/compare.ts';
import { generationStats } from '../../../preload/contract/engine.ts';
import { assayErrorData } from '../../../preload/contract/errors.ts';
import { fileVersion, type ModelUse, modelUse } from '../../../preload/contract/models.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import type { StoredColumn } from './compare.rules.ts';
import { decodeTokens, encodeTokens } from './tokens.rules.ts';

const storedColumn = comparisonColumn.extend({ vocabulary: z.string().nullable(), version: fileVersion.optional() });

const comparisonRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: z.string().nullable(),
  created_at: z.string(),
  job_id: z.string().nullable(),
  settings_json: jsonText.pipe(comparisonInput.omit({ prompts: true })),
  columns_json: jsonText.pipe(z.array(storedColumn)),
  column_count: z.number(),
  prompt_count: z.number(),
  excerpt: z.string(),
  done: z.number(),
});
/** A comparison as it is stored, without its prompts and cells. `done` counts its answers that are done. */
export type ComparisonRow = z.output<typeof comparisonRow>;

const selectRow = `SELECT *, (SELECT count(*) FROM comparison_cells
  WHERE comparison = comparisons.sequence AND state = 'done') AS done FROM comparisons`;

export function selectComparison(read: ReadHandle, id: string): ComparisonRow | undefined {
  const row = read.get(`${selectRow} WHERE id = ? AND id NOT IN (SELECT subject FROM removals)`, id);
  return row === undefined ? undefined : comparisonRow.parse(row);
}

/** Also of one that was removed; undefined: it is gone. */
export function selectPlaced(read: ReadHandle, id: string): Pick<ComparisonRow, 'sequence' | 'job_id'> | undefined {
  return read.get('SELECT sequence, job_id FROM comparisons WHERE id = ?', id);
}

/** Newest first and without what was removed, those before `before` (an id; null: from the newest on), those of a model only where one is named. */
export function selectComparisons(
  read: ReadHandle,
  before: string | null,
  limit: number,
  model: string | null = null,
): ComparisonRow[] {
  const page = `${selectRow} WHERE (@before IS NULL OR sequence < (SELECT sequence FROM comparisons WHERE id = @before))
    AND (@model IS NULL OR EXISTS (SELECT 1 FROM json_each(columns_json) AS one WHERE json_extract(one.value, '$.modelId') = @model))
    AND id NOT IN (SELECT subject FROM removals) ORDER BY sequence DESC LIMIT @limit`;
  return read.all(page, { before, limit, model }).map((row) => comparisonRow.parse(row));
}

/** Of every model that was ever a column. */
export function selectModelUses(read: ReadHandle): ModelUse[] {
  const uses = `SELECT json_extract(one.value, '$.modelId') AS model, count(DISTINCT sequence) AS count
    FROM comparisons, json_each(columns_json) AS one WHERE json_extract(one.value, '$.modelId') IS NOT NULL
    AND comparisons.id NOT IN (SELECT subject FROM removals) GROUP BY 1`;
  return read.all(uses).map((row) => modelUse.parse(row));
}

export interface NewComparison {
  id: string;
  createdAt: string;
  jobId: string;
  settings: ComparisonSettings;
  columns: readonly StoredColumn[];
  excerpt: string;
}

/** Returns the sequence by which the other rows refer to it. */
export function insertComparison(write: WriteHandle, one: NewComparison): number {
  const { prompts, ...settings } = one.settings;
  const { lastInsertRowid } = write.run(
    `INSERT INTO comparisons (id, created_at, job_id, settings_json, columns_json, column_count, prompt_count, excerpt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    one.id,
    one.createdAt,
    one.jobId,
    JSON.stringify(settings),
    JSON.stringify(one.columns),
    one.columns.length,
    prompts.length,
    one.excerpt,
  );
  const sequence = Number(lastInsertRowid);
  prompts.forEach((text, position) => {
    write.run('INSERT INTO comparison_prompts (comparison, position, text) VALUES (?, ?, ?)', sequence, position, text);
  });
  return sequence;
}

export function updateColumns(write: WriteHandle, sequence: number, columns: readonly StoredColumn[]): void {
  write.run('UPDATE comparisons SET columns_json = ? WHERE sequence = ?', JSON.stringify(columns), sequence);
}

export function updateName(write: WriteHandle, id: string, name: string | null): void {
  write.run('UPDATE comparisons SET name = ? WHERE id = ?', name, id);
}

export function deleteComparison(write: WriteHandle, sequence: number): void {
  write.run('DELETE FROM comparisons WHERE sequence = ?', sequence);
}

const promptRow = z.object({ text: z.string() });

export function selectPrompts(read: ReadHandle, sequence: number): string[] {
  const sql = 'SELECT text FROM comparison_prompts WHERE comparison = ? ORDER BY position';
  return read.all(sql, sequence).map((row) => promptRow.parse(row).text);
}

export function selectPrompt(read: ReadHandle, sequence: number, position: number): string | undefined {
  const row = read.get('SELECT text FROM comparison_prompts WHERE comparison = ? AND position = ?', sequence, position);
  return row === undefined ? undefined : promptRow.parse(row).text;
}

const lightRow = z.object({
  prompt: z.number(),
  model_column: z.number(),
  state: z.enum(['done', 'failed', 'cancelled']),
  pinned: z.number(),
  first_divergence: z.number().nullable(),
  stats_json: jsonText.pipe(generationStats).nullable(),
  error_json: jsonText.pipe(assayErrorData).nullable(),
});
const wholeRow = lightRow.extend({ text: z.string(), tokens: z.instanceof(Uint8Array) });

function toCell(row: z.output<typeof lightRow>): Cell {
  return {
    prompt: row.prompt,
    column: row.model_column,
    state: row.state,
    loadProgress: null,
    text: '',
    tokens: [],
    stats: row.stats_json,
    error: row.error_json,
    firstDivergence: row.first_divergence,
    pinned: row.pinned === 1,
  };
}

const lightColumns = 'prompt, model_column, state, pinned, first_divergence, stats_json, error_json';

/** Settled cells without text and tokens. */
export function selectLightCells(read: ReadHandle, sequence: number): Cell[] {
  const sql = `SELECT ${lightColumns} FROM comparison_cells WHERE comparison = ?`;
  return read.all(sql, sequence).map((row) => toCell(lightRow.parse(row)));
}

/** Settled cells of the prompts from `from` up to but without `to`, whole. */
export function selectWholeCells(read: ReadHandle, sequence: number, from: number, to: number): Cell[] {
  const sql = `SELECT ${lightColumns}, text, tokens FROM comparison_cells
    WHERE comparison = ? AND prompt >= ? AND prompt < ? ORDER BY prompt, model_column`;
  return read.all(sql, sequence, from, to).map((row) => {
    const whole = wholeRow.parse(row);
    return { ...toCell(whole), text: whole.text, tokens: decodeTokens(Buffer.from(whole.tokens), whole.text) };
  });
}

/** Writes a settled cell over whatever was there. */
export function upsertCell(write: WriteHandle, sequence: number, cell: Cell): void {
  write.run(
    `INSERT INTO comparison_cells (comparison, prompt, model_column, state, pinned, first_divergence, stats_json, error_json, text, tokens)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (comparison, prompt, model_column) DO UPDATE SET state = excluded.state, pinned = excluded.pinned,
       first_divergence = excluded.first_divergence, stats_json = excluded.stats_json, error_json = excluded.error_json,
       text = excluded.text, tokens = excluded.tokens`,
    sequence,
    cell.prompt,
    cell.column,
    cell.state,
    cell.pinned ? 1 : 0,
    cell.firstDivergence,
    cell.stats === null ? null : JSON.stringify(cell.stats),
    cell.error === null ? null : JSON.stringify(cell.error),
    cell.text,
    encodeTokens(cell.tokens, cell.text),
  );
}

export function updateDivergence(
  write: WriteHandle,
  sequence: number,
  cell: Pick<Cell, 'prompt' | 'column' | 'firstDivergence'>,
): void {
  write.run(
    'UPDATE comparison_cells SET first_divergence = ? WHERE comparison = ? AND prompt = ? AND model_column = ?',
    cell.firstDivergence,
    sequence,
    cell.prompt,
    cell.column,
  );
}

/** Takes over the answers that are done of a column of an earlier comparison, for prompts with the same text. Returns how many. */
export function copyColumn(
  write: WriteHandle,
  from: { sequence: number; column: number },
  to: { sequence: number; column: number },
): number {
  return write.run(
    `INSERT INTO comparison_cells (comparison, prompt, model_column, state, pinned, stats_json, error_json, text, tokens)
     SELECT ?, mine.position, ?, 'done', 1, cell.stats_json, NULL, cell.text, cell.tokens
     FROM comparison_prompts AS mine
     JOIN comparison_cells AS cell ON cell.comparison = ? AND cell.model_column = ? AND cell.state = 'done'
     JOIN comparison_prompts AS theirs ON theirs.comparison = cell.comparison AND theirs.position = cell.prompt AND theirs.text = mine.text
     WHERE mine.comparison = ? GROUP BY mine.position`,
    to.sequence,
    to.column,
    from.sequence,
    from.column,
    to.sequence,
  ).changes;
}
