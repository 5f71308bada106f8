import type { Verdict } from '../../../preload/contract/divergence.ts';
import { bytesText, counted, countText, percentText, significantText } from './shown.rules.ts';

export interface Ranked {
  label: string;
  sizeBytes: number | null;
  verdict: Verdict;
  /** Mean KLD. */
  kld: number;
  /** Upper end of the interval of the PPL ratio; null: too few chunks. */
  pplRatioHigh: number | null;
  /** The reference's own file: a check of the measurement, not a variant to choose. */
  isReference: boolean;
}

export interface Smallest {
  /** Index among what was ranked. */
  candidate: number | null;
  sentence: string;
}

const good = ({ verdict: { kind } }: Ranked) => kind === 'identical' || kind === 'equivalent' || kind === 'small loss';

/**
 * The smallest candidate that was shown to lose no more than 1 % of PPL and to be the same model, in a sentence; equal sizes: the first.
 * What was merely not told apart is never it: the shorter the text, the more would be. Null where only the reference's own file was
 * held against it.
 */
export function smallestWithoutLoss(all: readonly Ranked[], tokens: number, chunks: number): Smallest | null {
  const n = `n = ${countText(tokens)} tokens in ${counted(chunks, 'chunk')}`;
  const candidates = all.filter(({ isReference }) => !isReference);
  if (candidates.length === 0) return null;
  const smallest = candidates.filter(good).toSorted((a, b) => (a.sizeBytes ?? Infinity) - (b.sizeBytes ?? Infinity))[0];
  if (smallest !== undefined) {
    const size = smallest.sizeBytes === null ? '' : ` (${bytesText(smallest.sizeBytes)})`;
    const larger = candidates.filter((one) => (one.sizeBytes ?? 0) > (smallest.sizeBytes ?? Infinity) && !good(one));
    const but =
      larger.length === 0
        ? ''
        : ` Of ${larger.map(({ label }) => label).join(', ')}, though larger, that was not shown: more text will tell.`;
    return {
      candidate: all.indexOf(smallest),
      sentence: `${smallest.label}${size} is the smallest variant with no loss above 1 % of PPL at ${n}.${but}`,
    };
  }
  return { candidate: null, sentence: whyNone(candidates, n) };
}

function whyNone(candidates: readonly Ranked[], n: string): string {
  const kinds = new Set(candidates.map(({ verdict }) => verdict.kind));
  if (kinds.has('too little text')) return `Too little text to name the smallest variant without a loss: ${n}.`;
  if (kinds.has('text unsuited'))
    return `No variant can be named by this text at ${n}: too little is told by it of the reference itself.`;
  const untold = candidates.filter(({ verdict }) => verdict.kind === 'inconclusive');
  const narrowest = untold.toSorted((a, b) => (a.pplRatioHigh ?? Infinity) - (b.pplRatioHigh ?? Infinity))[0];
  if (narrowest !== undefined) {
    const room =
      narrowest.pplRatioHigh === null ? '' : ` (PPL up to ${percentText(narrowest.pplRatioHigh - 1, 2)} higher)`;
    return `No smallest variant can be named at ${n}: the nearest to it is ${narrowest.label}${room}. More text will tell.`;
  }
  const least = candidates.toSorted((a, b) => a.kld - b.kld)[0];
  const best =
    least === undefined
      ? ''
      : ` The least divergence has ${least.label}, with a mean KLD of ${significantText(least.kld)}.`;
  return kinds.has('other answers')
    ? `No variant is both without a loss and the same model at ${n}.${best}`
    : `Every variant shows a loss at ${n}.${best}`;
}
