import type { Cell, Comparison, ComparisonEvent } from '../../preload/contract/compare.ts';
import { significant } from './numbers.ts';
import type { Output } from './output.ts';

/**
 * Prints the answers as they come, one column after the other. What a later column says while an earlier one is still open waits for its turn.
 * The first token that differs from the reference's is marked: coloured on a terminal, `>>so<<` elsewhere.
 */
export interface ColumnPrinter {
  take(event: ComparisonEvent): void;
  /** Prints what is left, of columns without an end too. */
  finish(): void;
}

export function createColumnPrinter(output: Pick<Output, 'print' | 'progress' | 'coloured'>): ColumnPrinter {
  let comparison: Comparison | undefined;
  let column = 0;
  let headed = false;
  let printed = 0;

  function advance(last: boolean): void {
    while (comparison) {
      const cell = comparison.cells.find((candidate) => candidate.column === column && candidate.prompt === 0);
      if (!cell) return;
      const ended = isOver(cell);
      if (!headed && (cell.tokens.length > 0 || ended || last)) printHead(comparison, cell);
      if (cell.state === 'loading') output.progress(loadingLine(cell));
      for (; printed < cell.tokens.length; printed++) printToken(cell, printed);
      if (!ended && !last) return;
      printFoot(comparison, cell);
      column += 1;
      headed = false;
      printed = 0;
    }
  }

  function printHead(of: Comparison, cell: Cell): void {
    output.progress('');
    const { name, quantization, reference } = of.columns[cell.column] ?? { name: '', quantization: '', reference: '' };
    const role = cell.column === 0 && of.columns.length > 1 ? ' (reference)' : '';
    const title = `${name || reference}${quantization && quantization !== 'unknown' ? ` ${quantization}` : ''}${role}`;
    if (cell.column > 0) output.print('\n');
    printLine(title, 'bold');
    headed = true;
  }

  function printToken(cell: Cell, index: number): void {
    const text = cell.tokens[index]?.text ?? '';
    if (index === cell.firstDivergence) printMarked(text);
    else output.print(text);
  }

  /** Line breaks at the end stay outside the mark, so that it never spans lines. */
  function printMarked(text: string): void {
    const trimmed = text.replace(/\n+$/, '');
    const word = trimmed || '↵';
    if (output.coloured) output.print(word, ['bold', 'yellow', 'underline']);
    else output.print(`>>${word}<<`);
    output.print(text.slice(trimmed.length));
  }

  function printFoot(of: Comparison, cell: Cell): void {
    output.progress('');
    if (cell.tokens.length > 0) output.print('\n');
    if (cell.error) printLine(`failed: ${cell.error.message}`, 'red');
    for (const line of [measures(cell), divergence(of, cell)]) if (line) printLine(line, 'dim');
  }

  /** The line break stays outside the style. */
  function printLine(line: string, style: 'bold' | 'red' | 'dim'): void {
    output.print(line, style);
    output.print('\n');
  }

  return {
    take(event) {
      if (event.type === 'snapshot') comparison = structuredClone(event.comparison);
      else if (comparison && event.type !== 'ended') apply(comparison, event);
      advance(false);
    },
    finish() {
      advance(true);
    },
  };
}

type Change = Exclude<ComparisonEvent, { type: 'snapshot' | 'ended' }>;

function apply(comparison: Comparison, event: Change): void {
  if (event.type === 'column') {
    comparison.columns[event.index] = event.column;
    return;
  }
  const { prompt, column } = event.type === 'tokens' ? event : event.cell;
  const cell = comparison.cells.find((candidate) => candidate.prompt === prompt && candidate.column === column);
  if (!cell) return;
  if (event.type === 'cell') Object.assign(cell, event.cell);
  else {
    cell.tokens.splice(event.from, Number.POSITIVE_INFINITY, ...event.tokens);
    cell.firstDivergence = event.firstDivergence;
  }
}

function isOver(cell: Cell): boolean {
  return cell.state === 'done' || cell.state === 'failed' || cell.state === 'cancelled';
}

function loadingLine(cell: Cell): string {
  return cell.loadProgress === null ? 'loading' : `loading ${Math.round(cell.loadProgress * 100)} %`;
}

function measures(cell: Cell): string {
  const { stats } = cell;
  if (!stats) return cell.state === 'cancelled' ? `${counted(cell.tokens.length)} · cancelled` : '';
  const parts = [counted(stats.tokenCount)];
  if (stats.ttftMs !== null) parts.push(`TTFT ${significant(stats.ttftMs)} ms`);
  if (stats.tokensPerSecond !== null) parts.push(`${significant(stats.tokensPerSecond)} tokens/s`);
  return [...parts, stopInWords[stats.stopReason]].join(' · ');
}

function counted(tokens: number): string {
  return tokens === 1 ? '1 token' : `${tokens} tokens`;
}

const stopInWords = {
  end: 'ended by itself',
  length: 'stopped at the token limit',
  stop: 'stopped at a stop text',
  cancelled: 'cancelled',
  failed: 'failed',
} as const;

function divergence(comparison: Comparison, cell: Cell): string {
  if (cell.column === 0) return '';
  if (cell.firstDivergence === null) {
    if (cell.state !== 'done') return '';
    return referenceOf(comparison, cell)?.state === 'done'
      ? 'same tokens as the reference'
      : 'no reference answer to compare with';
  }
  if (cell.firstDivergence < cell.tokens.length) {
    return `differs from the reference from token ${cell.firstDivergence + 1} on${expectation(comparison, cell, cell.firstDivergence)}`;
  }
  return `ends after token ${cell.firstDivergence}, where the reference goes on`;
}

/** What the reference says there; only where both answers have the same tokens up to it. */
function expectation(comparison: Comparison, cell: Cell, at: number): string {
  const reference = referenceOf(comparison, cell);
  if (!reference || cell.tokens.slice(0, at).some((token, index) => token.id !== reference.tokens[index]?.id))
    return '';
  const expected = reference.tokens[at];
  return expected ? `, where the reference says ${JSON.stringify(expected.text)}` : ', where the reference has ended';
}

function referenceOf({ cells }: Comparison, { prompt }: Cell): Cell | undefined {
  return cells.find((other) => other.column === 0 && other.prompt === prompt);
}
