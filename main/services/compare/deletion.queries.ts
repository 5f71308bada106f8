import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import type { RemovedAnswer } from './history.ts';

export interface CellPlace {
  comparison: number;
  job_id: string | null;
  prompt: number;
  model_column: number;
}

/** The cell of an answer; undefined when its comparison is gone. */
export function selectPlace(read: ReadHandle, { origin, place }: RemovedAnswer): CellPlace | undefined {
  const [prompt, column] = place.split('/').map(Number);
  const sql = `SELECT c.sequence AS comparison, c.job_id, cell.prompt, cell.model_column FROM comparisons AS c
    JOIN comparison_cells AS cell ON cell.comparison = c.sequence WHERE c.id = ? AND cell.prompt = ? AND cell.model_column = ?`;
  return read.get(sql, origin, prompt ?? -1, column ?? -1);
}

/** Cells that took an answer over: the same words to the same prompt with the same figures. */
export function selectCopies(read: ReadHandle, { prompt, answer, stats }: RemovedAnswer): CellPlace[] {
  const sql = `SELECT c.sequence AS comparison, c.job_id, cell.prompt, cell.model_column FROM comparisons AS c
    CROSS JOIN comparison_cells AS cell ON cell.comparison = c.sequence AND cell.pinned = 1
    JOIN comparison_prompts AS p ON p.comparison = c.sequence AND p.position = cell.prompt
    WHERE json_extract(c.settings_json, '$.pinned') IS NOT NULL
      AND cell.text = @answer AND cell.stats_json IS @stats AND p.text = @prompt`;
  return read.all(sql, { prompt, answer, stats });
}

/** Whether anything is left that a model said or failed on, to one prompt or to any: each is in the history by itself. */
export function isAnswered(read: ReadHandle, comparison: number, prompt?: number): boolean {
  const sql = `SELECT 1 FROM comparison_cells WHERE comparison = @comparison AND (state IN ('done', 'failed') OR text <> '')`;
  const found =
    prompt === undefined
      ? read.get(`${sql} LIMIT 1`, { comparison })
      : read.get(`${sql} AND prompt = @prompt LIMIT 1`, { comparison, prompt });
  return found !== undefined;
}

/** The prompts of which an answer was deleted. */
export function selectPromptsOfDeleted(read: ReadHandle, comparison: number): number[] {
  const sql = `SELECT DISTINCT prompt FROM comparison_cells
    WHERE comparison = ? AND json_extract(error_json, '$.facts.deleted') IS NOT NULL`;
  return read.all<{ prompt: number }>(sql, comparison).map(({ prompt }) => prompt);
}

export function selectColumnCount(read: ReadHandle, comparison: number): number {
  const sql = 'SELECT column_count AS count FROM comparisons WHERE sequence = ?';
  return read.get<{ count: number }>(sql, comparison)?.count ?? 0;
}

export function emptyPrompt(write: WriteHandle, comparison: number, prompt: number): void {
  write.run("UPDATE comparison_prompts SET text = '' WHERE comparison = ? AND position = ?", comparison, prompt);
}

/** The first prompt that is left; empty when none is. */
export function selectFirstPrompt(read: ReadHandle, comparison: number): string {
  const sql = "SELECT text FROM comparison_prompts WHERE comparison = ? AND text <> '' ORDER BY position LIMIT 1";
  return read.get<{ text: string }>(sql, comparison)?.text ?? '';
}

export function updateExcerpt(write: WriteHandle, comparison: number, excerpt: string): void {
  write.run('UPDATE comparisons SET excerpt = ? WHERE sequence = ?', excerpt, comparison);
}
