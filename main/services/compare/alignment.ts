import type { Cell } from '../../../preload/contract/compare.ts';
import type { ReadHandle } from '../../db/store.ts';
import { type ComparisonRow, selectWholeCells } from './compare.queries.ts';
import { comparedBy } from './compare.rules.ts';
import { type DivergenceTracker, trackDivergence } from './divergence.rules.ts';
import { cellKey, type Live } from './live.ts';
import { answerOf } from './settle.ts';

/** Keeps the first divergence of the candidates under way true, whichever side grows. */
export interface Alignment {
  begin(cell: Cell): void;
  /** The cell got tokens or was settled. */
  advance(cell: Cell): void;
  end(cell: Cell): void;
}

export function createAlignment(read: ReadHandle, row: ComparisonRow, live: Live): Alignment {
  const followed = new Map<Cell, { reference: Cell; tracker: DivergenceTracker }>();
  return {
    begin(cell) {
      if (cell.column === 0) return;
      const reference =
        live.cells.get(cellKey({ prompt: cell.prompt, column: 0 })) ??
        selectWholeCells(read, row.sequence, cell.prompt, cell.prompt + 1).find(({ column }) => column === 0);
      if (reference === undefined) return;
      const by = comparedBy(row.columns_json[0], row.columns_json[cell.column]);
      followed.set(cell, { reference, tracker: trackDivergence(by) });
    },
    advance(cell) {
      for (const [candidate, { reference, tracker }] of followed) {
        if (candidate !== cell && reference !== cell) continue;
        const index = tracker.update(answerOf(reference), answerOf(candidate));
        if (index === candidate.firstDivergence) continue;
        candidate.firstDivergence = index;
        live.touch(candidate, 'state');
      }
    },
    end: (cell) => followed.delete(cell),
  };
}
