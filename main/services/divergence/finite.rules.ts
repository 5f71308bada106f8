import { Fault } from '../../base/fault.ts';
import { sum } from './scores.rules.ts';

/** Whether no number in it is NaN or infinite: JSON has no word for those, so such numbers are neither kept nor shown. */
export function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(allFinite);
}

/** Null in the place of numbers that are not all finite. */
export function onlyFinite<T>(numbers: T): T | null {
  return allFinite(numbers) ? numbers : null;
}

/** Why a column that was measured has no numbers: exp of its mean NLL is beyond them. `label`: what tells it from the others. */
export function tooImprobable(label: string, file: string | null, chunks: readonly { sums: Float64Array }[]): Fault {
  const total = (of: number) => chunks.reduce((all, { sums }) => all + (sums[of] ?? 0), 0);
  const mean = total(sum.nll) / Math.max(1, total(sum.count));
  const told = Number.isFinite(mean) ? ` (mean NLL ${mean.toLocaleString('en', { maximumSignificantDigits: 4 })})` : '';
  return new Fault(
    'MODEL_UNREADABLE',
    `${label} gives the actual tokens next to no probability${told}, so there is no perplexity to tell. Its weights are damaged, or the text is not of its kind.`,
    file === null ? {} : { facts: { model: file } },
  );
}
