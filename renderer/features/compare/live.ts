import type { Cell, Comparison, ComparisonEvent } from '../../../preload/contract/compare.ts';
import { grown, TokenList, type Tokens } from './tokenList.ts';

export type ShownCell = Omit<Cell, 'tokens'> & { tokens: Tokens };

/** A comparison as the screen holds it: its cells by prompt and then by column, each with a list of tokens that grows in place. */
export type ShownComparison = Omit<Comparison, 'cells'> & {
  cells: readonly ShownCell[];
  /** The store was locked or the app ended in the middle: nothing more comes before the job is resumed. */
  interrupted?: boolean;
};

/** Applies what `compare.watch` sends to what is shown. Only the cells that changed are new objects. */
export function applyEvent(shown: ShownComparison | null, event: ComparisonEvent): ShownComparison | null {
  if (event.type === 'snapshot') return shownOf(event.comparison);
  if (shown === null || event.type === 'ended') return shown;
  if (event.type === 'column') {
    return { ...shown, columns: shown.columns.map((column, index) => (index === event.index ? event.column : column)) };
  }
  if (event.type === 'cell') {
    return withCell(shown, event.cell.prompt, event.cell.column, (cell) => ({ ...cell, ...event.cell }));
  }
  return withCell(shown, event.prompt, event.column, (cell) => {
    // A message may repeat what a snapshot held already; one that leaves a gap cannot be placed.
    if (event.from > cell.tokens.length) return cell;
    return { ...cell, ...grown(cell, event.from, event.tokens), firstDivergence: event.firstDivergence };
  });
}

function shownOf(comparison: Comparison): ShownComparison {
  const cells = comparison.cells
    .toSorted((one, other) => one.prompt - other.prompt || one.column - other.column)
    .map((cell) => ({ ...cell, tokens: new TokenList(cell.tokens) }));
  return { ...comparison, cells };
}

function withCell(
  shown: ShownComparison,
  prompt: number,
  column: number,
  change: (cell: ShownCell) => ShownCell,
): ShownComparison {
  const place = placeOf(shown, prompt, column);
  const before = shown.cells[place];
  if (before === undefined) return shown;
  const after = change(before);
  const done = shown.done + Number(after.state === 'done') - Number(before.state === 'done');
  return { ...shown, cells: shown.cells.with(place, after), done: Math.max(0, Math.min(shown.total, done)) };
}

/** Every answer has its cell, so the place can be reckoned; where one is missing it is looked for. */
function placeOf(shown: ShownComparison, prompt: number, column: number): number {
  const reckoned = prompt * shown.columns.length + column;
  const there = shown.cells[reckoned];
  if (there?.prompt === prompt && there.column === column) return reckoned;
  return shown.cells.findIndex((cell) => cell.prompt === prompt && cell.column === column);
}

/** The answers to one prompt, by column. */
export function cellsOf(shown: ShownComparison, prompt: number): readonly ShownCell[] {
  const from = placeOf(shown, prompt, 0);
  if (from < 0) return shown.cells.filter((cell) => cell.prompt === prompt);
  let to = from;
  while (shown.cells[to]?.prompt === prompt) to += 1;
  return shown.cells.slice(from, to);
}

/** Answers are on their way. */
export function isUnderWay(shown: ShownComparison): boolean {
  if (shown.interrupted) return false;
  return shown.cells.some((cell) => cell.state === 'waiting' || cell.state === 'loading' || cell.state === 'running');
}
