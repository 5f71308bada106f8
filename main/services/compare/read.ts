import type { Cell, Comparison, ComparisonSummary, ComparisonView } from '../../../preload/contract/compare.ts';
import { Fault } from '../../base/fault.ts';
import type { ReadHandle } from '../../db/store.ts';
import * as queries from './compare.queries.ts';
import { publicColumn, waitingCell } from './compare.rules.ts';

/** NOT_FOUND when it was removed. */
export function requireComparison(read: ReadHandle, id: string): queries.ComparisonRow {
  const row = queries.selectComparison(read, id);
  if (row === undefined)
    throw new Fault('NOT_FOUND', 'This comparison is no longer in the store.', { facts: { comparison: id } });
  return row;
}

export function summaryOf(row: queries.ComparisonRow): ComparisonSummary {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    columns: row.columns_json.map(publicColumn),
    excerpt: row.excerpt,
    promptCount: row.prompt_count,
    done: row.done,
    total: row.prompt_count * row.column_count,
    jobId: row.job_id,
  };
}

/** The settled part of a comparison, as it is stored; cells that are not settled wait. Ordered by prompt, then column. */
export function readComparison(read: ReadHandle, { id, from, count }: ComparisonView): Comparison {
  const row = requireComparison(read, id);
  const cells: Cell[] = [];
  const place = (prompt: number, column: number) => prompt * row.column_count + column;
  for (let prompt = 0; prompt < row.prompt_count; prompt++) {
    for (let column = 0; column < row.column_count; column++) cells.push(waitingCell(prompt, column));
  }
  for (const cell of queries.selectLightCells(read, row.sequence)) cells[place(cell.prompt, cell.column)] = cell;
  for (const cell of queries.selectWholeCells(read, row.sequence, from, from + count)) {
    cells[place(cell.prompt, cell.column)] = cell;
  }
  const prompts = queries.selectPrompts(read, row.sequence);
  return { ...summaryOf(row), settings: { ...row.settings_json, prompts }, cells };
}
