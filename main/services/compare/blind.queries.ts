import { z } from 'zod';
import { blindOutcome } from '../../../preload/contract/blind.ts';
import { type ModelUse, modelUse } from '../../../preload/contract/models.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import type { Player } from './blind.rules.ts';

const player = z.object({ key: z.string(), name: z.string(), quantization: z.string() });

const testRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: z.string().nullable(),
  created_at: z.string(),
  seed: z.string(),
  comparisons_json: jsonText.pipe(z.array(z.string())),
  players_json: jsonText.pipe(z.array(player)),
  revealed_at: z.string().nullable(),
  asked: z.number().nullable(),
  judged: z.number(),
});
export type TestRow = z.output<typeof testRow>;

const selectRow = `SELECT *, (SELECT count(*) FROM blind_judgments WHERE test = blind_tests.sequence) AS judged FROM blind_tests`;

export function selectTest(read: ReadHandle, id: string): TestRow | undefined {
  const row = read.get(`${selectRow} WHERE id = ? AND id NOT IN (SELECT subject FROM removals)`, id);
  return row === undefined ? undefined : testRow.parse(row);
}

/** Newest first, those before `before` (an id; null: from the newest on), those with a model only where one is named. */
export function selectTests(
  read: ReadHandle,
  before: string | null,
  limit: number,
  model: string | null = null,
): TestRow[] {
  const page = `${selectRow} WHERE (@before IS NULL OR sequence < (SELECT sequence FROM blind_tests WHERE id = @before))
    AND (@model IS NULL OR EXISTS (SELECT 1 FROM json_each(players_json) AS one WHERE json_extract(one.value, '$.key') = @model))
    AND id NOT IN (SELECT subject FROM removals) ORDER BY sequence DESC LIMIT @limit`;
  return read.all(page, { before, limit, model }).map((row) => testRow.parse(row));
}

export function selectModelUses(read: ReadHandle): ModelUse[] {
  const uses = `SELECT json_extract(one.value, '$.key') AS model, count(DISTINCT sequence) AS count
    FROM blind_tests, json_each(players_json) AS one WHERE blind_tests.id NOT IN (SELECT subject FROM removals) GROUP BY 1`;
  return read.all(uses).map((row) => modelUse.parse(row));
}

export interface NewTest {
  id: string;
  name: string | null;
  createdAt: string;
  seed: string;
  comparisons: readonly string[];
  players: readonly Player[];
  /** Null: all pairs. */
  asked: number | null;
}

export function insertTest(write: WriteHandle, one: NewTest): void {
  write.run(
    'INSERT INTO blind_tests (id, name, created_at, seed, comparisons_json, players_json, asked) VALUES (?, ?, ?, ?, ?, ?, ?)',
    one.id,
    one.name,
    one.createdAt,
    one.seed,
    JSON.stringify(one.comparisons),
    JSON.stringify(one.players),
    one.asked,
  );
}

export function updatePlayers(write: WriteHandle, sequence: number, players: readonly Player[]): void {
  write.run('UPDATE blind_tests SET players_json = ? WHERE sequence = ?', JSON.stringify(players), sequence);
}

export function updateRevealed(write: WriteHandle, sequence: number, at: string): void {
  write.run('UPDATE blind_tests SET revealed_at = ? WHERE sequence = ?', at, sequence);
}

export function deleteTest(write: WriteHandle, id: string): void {
  write.run('DELETE FROM blind_tests WHERE id = ?', id);
}

const judgmentRow = z.object({
  judged_at: z.string(),
  pair: z.string(),
  comparison: z.string(),
  prompt: z.number(),
  left_player: z.string(),
  right_player: z.string(),
  outcome: blindOutcome,
});
export type JudgmentRow = z.output<typeof judgmentRow>;

/** In the order in which they were made. */
export function selectJudgments(read: ReadHandle, test: number): JudgmentRow[] {
  const sql = 'SELECT * FROM blind_judgments WHERE test = ? ORDER BY sequence';
  return read.all(sql, test).map((row) => judgmentRow.parse(row));
}

export function insertJudgment(write: WriteHandle, test: number, one: JudgmentRow): void {
  write.run(
    `INSERT INTO blind_judgments (test, judged_at, pair, comparison, prompt, left_player, right_player, outcome)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    test,
    one.judged_at,
    one.pair,
    one.comparison,
    one.prompt,
    one.left_player,
    one.right_player,
    one.outcome,
  );
}

/** Returns whether there was one. */
export function deleteLastJudgment(write: WriteHandle, test: number): boolean {
  const sql = `DELETE FROM blind_judgments WHERE sequence = (SELECT max(sequence) FROM blind_judgments WHERE test = ?)`;
  return write.run(sql, test).changes > 0;
}

const textRow = z.object({ prompt: z.number(), model_column: z.number(), text: z.string() });

/** The answers of a comparison that are done. */
export function selectDoneTexts(read: ReadHandle, comparison: number): z.output<typeof textRow>[] {
  const sql = `SELECT prompt, model_column, text FROM comparison_cells WHERE comparison = ? AND state = 'done'`;
  return read.all(sql, comparison).map((row) => textRow.parse(row));
}

const countRow = z.object({ settled: z.number() });

export function countSettled(read: ReadHandle, comparison: number): number {
  const sql = 'SELECT count(*) AS settled FROM comparison_cells WHERE comparison = ?';
  return countRow.parse(read.get(sql, comparison)).settled;
}
