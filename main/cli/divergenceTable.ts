import type { DepthBand, DivergenceRun } from '../../preload/contract/divergence.ts';
import {
  bytesText,
  chunksText,
  countText,
  depthCells,
  depthNames,
  intervalText,
  labelsOf,
  percentText,
  pointsText,
  ratioText,
  significantText,
  tailName,
  tailText,
} from '../services/divergence/index.ts';
import { inLine, type Output } from './output.ts';

/** Prints a run for a person: the reference, the ladder with intervals, a verdict a line, and the smallest without a loss. */
export function divergenceTable(run: DivergenceRun, { print }: Pick<Output, 'print'>): void {
  const [reference, ...columns] = run.columns;
  const numbers = run.referenceNumbers;
  const what =
    reference?.quantization === 'base file' ? 'base file' : `${reference?.name ?? ''} ${reference?.quantization ?? ''}`;
  print(`Reference: ${inLine(what.trim())}`, 'bold');
  if (numbers !== null)
    print(
      `, PPL ${significantText(numbers.ppl, 6)}${numbers.pplError > 0 ? ` ± ${significantText(numbers.pplError, 2)}` : ''} (95 %: ${intervalText(numbers.pplInterval95, (value) => significantText(value, 4))})`,
    );
  print(`\n${countText(run.tokensScored)} tokens scored in ${chunksText(run)}\n\n`);

  const labels = labelsOf(run.columns).slice(1).map(inLine);
  printTable(
    ['Candidate', 'Size', 'Bits/w', 'PPL ratio', '95 %', 'Mean KLD', '95 %', 'Same top', '95 %'],
    columns.map((column, index) => {
      const found = run.candidates[index] ?? null;
      const bits = column.bitsPerWeight === null ? '—' : column.bitsPerWeight.toFixed(2);
      const start = [labels[index] ?? '', bytesText(column.sizeBytes), bits];
      if (found === null) return start;
      return [
        ...start,
        ratioText(found.pplRatio),
        intervalText(found.pplRatioInterval95, ratioText),
        significantText(found.kld.mean, 4),
        intervalText(found.kld.interval95, (value) => significantText(value)),
        percentText(found.sameTop.share, 4),
        intervalText(found.sameTop.interval95, (value) => percentText(value, 4)),
      ];
    }),
    print,
  );
  print('\n');
  printTable(
    ['Candidate', 'PPL', '95 %', tailName(run.tokensScored), 'RMS Δp', '95 %', 'Mean Δp, points', '95 %'],
    columns.map((_, index) => {
      const found = run.candidates[index] ?? null;
      if (found === null) return [labels[index] ?? ''];
      const { deltaP } = found;
      return [
        labels[index] ?? '',
        significantText(found.ppl, 6),
        intervalText(found.pplInterval95, (value) => significantText(value, 4)),
        tailText(found.kld, run.tokensScored),
        percentText(deltaP.rms),
        intervalText(deltaP.rmsInterval95, (value) => percentText(value)),
        pointsText(deltaP.mean),
        intervalText(deltaP.interval95, (value) => pointsText(value)),
      ];
    }),
    print,
  );
  print('\n');
  columns.forEach((column, index) => {
    print(`${labels[index] ?? ''}: `, 'bold');
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
  const labels = labelsOf(run.columns).slice(1).map(inLine);
  depths.forEach((bands, index) => {
    const label = labels[index];
    if (label === undefined || bands.length === 0) return;
    print(`\n${label} by depth\n`, 'bold');
    printTable(depthNames, bands.map(depthCells), print);
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
