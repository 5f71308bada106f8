import type { DepthBand, DivergenceRun } from '../../preload/contract/divergence.ts';
import {
  bytesText,
  intervalText,
  labelOf,
  percentText,
  ratioText,
  significantText,
} from '../services/divergence/index.ts';
import type { Output } from './output.ts';

/** Prints a run for a person: the reference, the ladder with intervals, a verdict a line, and the smallest without a loss. */
export function divergenceTable(run: DivergenceRun, { print }: Pick<Output, 'print'>): void {
  const [reference, ...columns] = run.columns;
  const numbers = run.referenceNumbers;
  const what =
    reference?.quantization === 'base file' ? 'base file' : `${reference?.name ?? ''} ${reference?.quantization ?? ''}`;
  print(`Reference: ${what.trim()}`, 'bold');
  if (numbers !== null) print(`, PPL ${significantText(numbers.ppl, 6)} ± ${significantText(numbers.pplError, 2)}`);
  const size = run.textKind === 'dataset' ? `up to ${run.contextSize}` : run.contextSize;
  print(`\n${run.tokensScored} tokens scored in ${run.chunksDone} chunks of ${size}\n\n`);

  const head = [
    'Candidate',
    'Size',
    'Bits/w',
    'PPL',
    'PPL ratio',
    '95 %',
    'Mean KLD',
    '95 %',
    '99.9 % KLD',
    'RMS Δp',
    'Same top',
  ];
  const rows = columns.map((column, index) => {
    const found = run.candidates[index] ?? null;
    const bits = column.bitsPerWeight === null ? '—' : column.bitsPerWeight.toFixed(2);
    const start = [labelOf(column), bytesText(column.sizeBytes), bits];
    if (found === null) return start;
    return [
      ...start,
      significantText(found.ppl, 6),
      ratioText(found.pplRatio),
      intervalText(found.pplRatioInterval95, ratioText),
      significantText(found.kld.mean, 4),
      intervalText(found.kld.interval95, (value) => significantText(value)),
      found.kld.p999 === null ? '—' : significantText(found.kld.p999),
      percentText(found.deltaP.rms),
      percentText(found.sameTop.share, 4),
    ];
  });
  printTable(head, rows, print);
  print('\n');
  columns.forEach((column, index) => {
    print(`${labelOf(column)}: `, 'bold');
    if (column.error !== null) print(`failed: ${column.error.message}\n`, 'red');
    else print(`${run.candidates[index]?.verdict.sentence ?? 'not measured'}\n`);
    for (const note of column.notes) print(`  ${note}\n`, 'dim');
  });
  for (const note of run.notes) print(`${note}\n`, 'dim');
  if (run.smallest !== null) print(`\n${run.smallest.sentence}\n`, 'bold');
}

/** What each candidate costs by the number of tokens that stand before. */
export function depthTable(
  run: DivergenceRun,
  depths: readonly (readonly DepthBand[])[],
  { print }: Pick<Output, 'print'>,
): void {
  depths.forEach((bands, index) => {
    const column = run.columns[index + 1];
    if (column === undefined || bands.length === 0) return;
    print(`\n${labelOf(column)} by depth\n`, 'bold');
    const rows = bands.map((band) => [
      `${band.from}–${band.to}`,
      String(band.tokens),
      ratioText(band.pplRatio),
      intervalText(band.pplRatioInterval95, ratioText),
      significantText(band.kldMean, 4),
      intervalText(band.kldInterval95, (value) => significantText(value)),
      percentText(band.sameTop, 4),
    ]);
    printTable(['Tokens before', 'Scored', 'PPL ratio', '95 %', 'Mean KLD', '95 %', 'Same top'], rows, print);
  });
}

/** The first column to the left, numbers to the right. */
function printTable(head: readonly string[], rows: readonly string[][], print: Output['print']): void {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  print(`${line(head)}\n`, 'dim');
  for (const row of rows) print(`${line(row)}\n`);
}
