import type { Cell, Comparison, ComparisonEvent } from '../../../preload/contract/compare.ts';

/** Applies what `compare.watch` sends to what is shown. Only the cells that changed are new objects. */
export function applyEvent(shown: Comparison | null, event: ComparisonEvent): Comparison | null {
  if (event.type === 'snapshot') return event.comparison;
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
    const tokens = [...cell.tokens.slice(0, event.from), ...event.tokens];
    const added = event.tokens.slice(cell.tokens.length - event.from).map((token) => token.text);
    return { ...cell, tokens, text: cell.text + added.join(''), firstDivergence: event.firstDivergence };
  });
}

function withCell(shown: Comparison, prompt: number, column: number, change: (cell: Cell) => Cell): Comparison {
  const cells = shown.cells.map((cell) => (cell.prompt === prompt && cell.column === column ? change(cell) : cell));
  const done = cells.filter((cell) => cell.state === 'done').length;
  return { ...shown, cells, done: Math.max(done, Math.min(shown.done, shown.total)) };
}

export function cellsOf(shown: Comparison, prompt: number): Cell[] {
  return shown.cells.filter((cell) => cell.prompt === prompt).sort((a, b) => a.column - b.column);
}

export function isUnderWay(shown: Comparison): boolean {
  return shown.cells.some((cell) => cell.state === 'waiting' || cell.state === 'loading' || cell.state === 'running');
}
