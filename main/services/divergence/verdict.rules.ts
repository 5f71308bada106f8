import type { Verdict } from '../../../preload/contract/divergence.ts';
import { bytesText, counted, countText, intervalText, percentText, ratioText, significantText } from './shown.rules.ts';

/** What a verdict rests on. */
export interface VerdictGrounds {
  tokens: number;
  chunks: number;
  /** KLD 0 and the same likeliest token at every scored token. */
  identical: boolean;
  /** exp(ln PPL ratio). */
  pplRatio: number;
  /** Interval of ln(PPL of the candidate / PPL of the reference); null: too few chunks. */
  lnPplRatio: readonly [number, number] | null;
  /** Interval of the mean Δp. */
  deltaP: readonly [number, number] | null;
  /** Share of tokens with the same likeliest token. */
  sameTop: number;
}

/** Below so many chunks even the whole range of resampled values holds the truth in less than 95 % of cases: 1 − 2·2^−n. */
export const fewestChunks = 6;

/** What counts as small: 1 % of perplexity. A convention, not a theory; the interval stands beside it. */
export const smallLoss = Math.log(1.01);

/**
 * The verdict on a candidate, from intervals alone: a loss counts as measured when the interval of the ln PPL ratio lies above 0 or
 * that of the mean Δp below 0 (its probability of the actual token fell); small or clear when the interval of the ratio lies on one
 * side of 1 %. KLD is no ground: it is above 0 for every difference, also for one that is noise.
 */
export function verdictOf(grounds: VerdictGrounds): Verdict {
  const { identical, lnPplRatio, deltaP } = grounds;
  const at = `at n = ${countText(grounds.tokens)} tokens in ${counted(grounds.chunks, 'chunk')}`;
  if (identical) return { kind: 'identical', sentence: `Identical ${at}: KLD 0 and the same top token everywhere.` };
  if (lnPplRatio === null || deltaP === null) {
    return {
      kind: 'too little text',
      sentence: `Too little text for a verdict: ${counted(grounds.chunks, 'chunk')}, and an interval needs ${fewestChunks}.`,
    };
  }
  const byRatio = lnPplRatio[0] > 0;
  const measured = byRatio || deltaP[1] < 0;
  const interval = intervalText(lnPplRatio, (value) => ratioText(Math.exp(value)));
  const seen = byRatio || !measured ? '' : `, mean Δp ${intervalText(deltaP, (value) => percentText(value))}`;
  const numbers = `PPL ×${ratioText(grounds.pplRatio)} (95 %: ${interval}${seen})`;
  const other = `${percentText(1 - grounds.sameTop)} of the top tokens differ`;
  if (!measured) return { kind: 'none detected', sentence: `No detectable loss ${at}: ${numbers}; ${other}.` };
  if (lnPplRatio[0] >= smallLoss) return { kind: 'clear loss', sentence: `Clear loss ${at}: ${numbers}; ${other}.` };
  if (lnPplRatio[1] < smallLoss)
    return { kind: 'small loss', sentence: `Small loss, below 1 % of PPL, ${at}: ${numbers}; ${other}.` };
  return {
    kind: 'loss',
    sentence: `A loss ${at}: ${numbers}; ${other}. Whether it is below 1 % of PPL takes more text to tell.`,
  };
}

export interface Ranked {
  label: string;
  sizeBytes: number | null;
  verdict: Verdict;
  /** Mean KLD. */
  kld: number;
}

/** The smallest candidate without a detectable loss, by index, in a sentence. Equal sizes: the first. */
export function smallestWithoutLoss(
  candidates: readonly Ranked[],
  tokens: number,
  chunks: number,
): { candidate: number | null; sentence: string } {
  const n = `n = ${countText(tokens)} tokens in ${counted(chunks, 'chunk')}`;
  const good = candidates.flatMap((one, candidate) =>
    one.verdict.kind === 'identical' || one.verdict.kind === 'none detected' ? [{ ...one, candidate }] : [],
  );
  const smallest = good.toSorted((a, b) => (a.sizeBytes ?? Infinity) - (b.sizeBytes ?? Infinity))[0];
  if (smallest !== undefined) {
    const size = smallest.sizeBytes === null ? '' : ` (${bytesText(smallest.sizeBytes)})`;
    const larger = candidates.filter(
      (one) =>
        (one.sizeBytes ?? 0) > (smallest.sizeBytes ?? Infinity) && !good.some(({ label }) => label === one.label),
    );
    const but =
      larger.length === 0
        ? ''
        : ` That ${larger.map(({ label }) => label).join(', ')}, though larger, show${larger.length === 1 ? 's' : ''} a loss comes from a narrower interval: more text will tell.`;
    return {
      candidate: smallest.candidate,
      sentence: `${smallest.label}${size} is the smallest variant with no detectable loss at ${n}.${but}`,
    };
  }
  if (candidates.some(({ verdict }) => verdict.kind === 'too little text'))
    return { candidate: null, sentence: `Too little text to name the smallest variant without a loss: ${n}.` };
  const least = candidates.toSorted((a, b) => a.kld - b.kld)[0];
  const best =
    least === undefined
      ? ''
      : ` The least divergence has ${least.label}, with a mean KLD of ${significantText(least.kld)}.`;
  return { candidate: null, sentence: `Every variant shows a loss at ${n}.${best}` };
}
