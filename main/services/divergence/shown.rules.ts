import type { DivergenceRun } from '../../../preload/contract/divergence.ts';

/** Numbers as reports and tables for people show them. */

/** Four decimals around 1, else four significant digits. */
export function ratioText(value: number): string {
  const off = Math.abs(value - 1);
  // The end of an interval that shows a loss does not read as no difference. Below lies only what sums round.
  if (off > 1e-7 && off < 0.5e-4) return value.toFixed(Math.ceil(-Math.log10(off)));
  return off < 0.1 ? value.toFixed(4) : significantText(value, 4);
}

export function significantText(value: number, digits = 3): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const text =
    value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)
      ? value.toExponential(digits - 1).replace(/\.?0+e/, 'e')
      : Number(value.toPrecision(digits)).toString();
  return text.replace(/^-/, '−');
}

/** A share as percent. */
export function percentText(share: number, digits = 3): string {
  return `${significantText(100 * share, digits)} %`;
}

/** A difference of shares in percentage points, without the unit. */
export function pointsText(share: number, digits = 3): string {
  return significantText(100 * share, digits);
}

export function intervalText(interval: readonly [number, number] | null, of: (value: number) => string): string {
  return interval === null ? '—' : `${of(interval[0])} to ${of(interval[1])}`;
}

/** Binary units, as the screens show files and memory. */
export function bytesText(count: number | null): string {
  if (count === null) return '—';
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const)
    if (count >= size) return `${significantText(count / size)} ${unit}`;
  return `${count} bytes`;
}

export function countText(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 chunk", "2,000 chunks". */
export function counted(count: number, unit: string): string {
  return `${countText(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** From so many tokens on one in a thousand is more than the single largest. */
const fewestForTail = 1000;

/** The KLD that one token in a thousand reaches, or by its right name the largest. `p999` and `max`: null below 100 tokens. */
export function tailText({ p999, max }: { p999: number | null; max: number | null }, tokens: number): string {
  const value = tokens < fewestForTail ? max : p999;
  return value === null ? '—' : significantText(value);
}

export const tailName = (tokens: number) => (tokens < fewestForTail ? 'Largest KLD' : '99.9 % KLD');

/** How much was measured: `108 of 1,232 chunks (cancelled), up to 165 tokens each`. */
export function chunksText(
  run: Pick<DivergenceRun, 'chunksDone' | 'chunkCount' | 'contextSize' | 'textKind' | 'state'>,
): string {
  const isPart = run.chunkCount !== null && run.chunksDone < run.chunkCount;
  const done = isPart
    ? `${countText(run.chunksDone)} of ${counted(run.chunkCount ?? 0, 'chunk')}${run.state === null ? '' : ` (${run.state})`}`
    : counted(run.chunksDone, 'chunk');
  return `${done}, ${run.textKind === 'dataset' ? 'up to ' : ''}${counted(run.contextSize, 'token')} each`;
}
