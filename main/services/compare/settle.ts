import type { Cell } from '../../../preload/contract/compare.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store, WriteHandle } from '../../db/store.ts';
import * as queries from './compare.queries.ts';
import { comparedBy } from './compare.rules.ts';
import { type Answer, firstDivergence } from './divergence.rules.ts';
import { type AnswerHistory, recordAnswer } from './history.ts';
import type { Live } from './live.ts';

/** Commits settled cells in one transaction, with their entries in the history unless they never were begun, then tells those who watch. */
export function settleCells(
  kept: { history?: AnswerHistory | undefined; clock: Clock },
  store: Store,
  row: queries.ComparisonRow,
  live: Live | undefined,
  cells: readonly Cell[],
  begun = true,
): void {
  const realigned = store.transaction((write) =>
    cells.flatMap((cell) => {
      queries.upsertCell(write, row.sequence, cell);
      recordAnswer(write, kept, row, cell, begun);
      return cell.column === 0 && cell.tokens.length > 0 ? realign(write, row, cell) : [];
    }),
  );
  for (const cell of cells) live?.touch(cell, 'state');
  for (const cell of realigned) live?.amend(cell);
}

/** A reference that comes after its candidates (taken over, or quicker) moves their first divergence. Returns those that moved. */
function realign(write: WriteHandle, row: queries.ComparisonRow, reference: Cell): Cell[] {
  const candidates = queries.selectWholeCells(write, row.sequence, reference.prompt, reference.prompt + 1);
  return candidates.flatMap((candidate) => {
    if (candidate.column === 0) return [];
    const by = comparedBy(row.columns_json[0], row.columns_json[candidate.column]);
    const index = firstDivergence(answerOf(reference), answerOf(candidate), by);
    if (index === candidate.firstDivergence) return [];
    const moved = { ...candidate, firstDivergence: index };
    queries.updateDivergence(write, row.sequence, moved);
    return [moved];
  });
}

/** After answers were taken over: sets the first divergence of every settled candidate. */
export function realignAll(write: WriteHandle, row: queries.ComparisonRow): void {
  for (let prompt = 0; prompt < row.prompt_count; prompt++) {
    const cells = queries.selectWholeCells(write, row.sequence, prompt, prompt + 1);
    const reference = cells.find(({ column }) => column === 0);
    if (reference !== undefined && cells.length > 1) realign(write, row, reference);
  }
}

export function answerOf({ tokens, state }: Cell): Answer {
  return { tokens, ended: state === 'done' };
}
