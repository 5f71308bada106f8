import type { Verdict } from '../../../preload/contract/divergence.ts';
import {
  counted,
  countText,
  intervalText,
  percentText,
  pointsText,
  ratioText,
  significantText,
} from './shown.rules.ts';

type Interval = readonly [low: number, high: number];

/** What a verdict rests on. */
export interface VerdictGrounds {
  tokens: number;
  chunks: number;
  /** The same at every scored token: `exactly`, or as near as the 16 bits of a base file can tell. */
  identical: 'exactly' | 'in 16 bits' | null;
  /** Without an interval, though there are chunks enough: its ends lie beyond all numbers. */
  reference: { ppl: number; interval: Interval | null };
  /** Number of tokens that the models know; null where that is not known. */
  vocabulary: number | null;
  /** exp(ln PPL ratio). */
  pplRatio: number;
  /** Interval of ln(PPL of the candidate / PPL of the reference); null: too few chunks, or a few of them carry nearly all. */
  lnPplRatio: Interval | null;
  /** Interval of the mean Δp. */
  deltaP: Interval | null;
  /** Interval of the share of tokens with the same likeliest token. */
  sameTop: Interval | null;
  /** Mean KLD. */
  kld: number;
}

/** From here on intervals hold the truth in 93 % of simulated texts and more (test/unit/stats.test.ts); with fewer chunks there is none. */
export const fewestChunks = 6;

/** What counts as small: 1 % of perplexity. A convention, not a theory; the interval stands beside it. */
export const smallLoss = Math.log(1.01);
/** Likewise: one point of the probability of the actual token. */
export const smallDrop = 0.01;
/** From this share of equal top tokens on a candidate counts as the same model; from the second on it answers as the reference. */
const sameModel = 0.95;
const sameAnswers = 0.99;
/** A reference whose PPL reaches this share of the vocabulary hardly does better than guessing. */
const guessing = 1 / 3;
/** How far the ends of the reference's own PPL may lie apart. */
const widestReference = 4;

/**
 * The verdict on a candidate, from intervals alone. A loss counts as measured when the interval of the ln PPL ratio lies above 0 or that
 * of the mean Δp below 0. Good are only those whose intervals leave no room for a loss above 1 % (of PPL, or a point of Δp) and for
 * another model: `small loss` where one was measured, else `equivalent`. Where there is room and no loss was measured, the two were not
 * told apart. So wider intervals, as a shorter text has them, make no verdict better. KLD is no ground: it is above 0 for every
 * difference, also for one that is noise.
 */
export function verdictOf(grounds: VerdictGrounds): Verdict {
  const { identical, lnPplRatio: ratio, deltaP, sameTop } = grounds;
  const at = `at n = ${countText(grounds.tokens)} tokens in ${counted(grounds.chunks, 'chunk')}`;
  if (identical === 'exactly')
    return { kind: 'identical', sentence: `Identical ${at}: KLD 0 and the same top token everywhere.` };
  if (identical === 'in 16 bits') {
    const sentence = `Identical within the 16 bits of the base file ${at}: the same top token everywhere, and no KLD above what they round away.`;
    return { kind: 'identical', sentence };
  }
  if (grounds.chunks < fewestChunks) {
    return {
      kind: 'too little text',
      sentence: `Too little text for a verdict: ${counted(grounds.chunks, 'chunk')}, and an interval needs ${fewestChunks}.`,
    };
  }
  const unsuited = whyUnsuited(grounds, at);
  if (unsuited !== null) return { kind: 'text unsuited', sentence: unsuited };
  if (ratio === null || deltaP === null || sameTop === null) {
    return {
      kind: 'text unsuited',
      sentence: `No verdict ${at}: a few chunks carry nearly all of the difference, so it has no interval. Take more text, or one whose parts are more alike.`,
    };
  }
  const ppl = `PPL ×${ratioText(grounds.pplRatio)} (95 %: ${intervalText(ratio, (value) => ratioText(Math.exp(value)))})`;
  const fidelity = fidelityOf(sameTop, grounds.kld);
  const isLoss = ratio[0] > 0 || deltaP[1] < 0;
  if (ratio[1] < smallLoss && deltaP[0] > -smallDrop) {
    if (sameTop[1] < sameModel)
      return {
        kind: 'other answers',
        sentence: `Other answers, though no loss above 1 % of PPL, ${at}: ${ppl}; ${fidelity}.`,
      };
    if (sameTop[0] < sameModel && isLoss)
      return {
        kind: 'loss',
        sentence: `A loss, below 1 % of PPL, ${at}: ${seenOf(ratio, deltaP, ppl)}; whether it is the same model takes more text to tell: ${fidelity}.`,
      };
    if (sameTop[0] < sameModel)
      return {
        kind: 'inconclusive',
        sentence: `Not told apart ${at}: no loss above 1 % of PPL (${ppl}), but whether it is the same model takes more text to tell: ${fidelity}.`,
      };
    if (!isLoss) return { kind: 'equivalent', sentence: `No loss above 1 % of PPL ${at}: ${ppl}; ${fidelity}.` };
    const seen = seenOf(ratio, deltaP, ppl);
    return { kind: 'small loss', sentence: `Small loss, below 1 % of PPL, ${at}: ${seen}; ${fidelity}.` };
  }
  if (isLoss) return lossOf(ratio, deltaP, { at, ppl, fidelity });
  const open = [
    ...(ratio[1] < smallLoss ? [] : [`PPL may be up to ${percentText(Math.exp(ratio[1]) - 1, 2)} higher`]),
    ...(deltaP[0] > -smallDrop ? [] : [`the actual token up to ${pointsText(-deltaP[0], 2)} points less likely`]),
  ].join(', ');
  const sentence = `Not told apart ${at}: ${open} (${ppl}). About ${timesTheText(ratio, deltaP)} times the text would tell; ${fidelity}.`;
  return { kind: 'inconclusive', sentence };
}

/** A reference that knows nothing of the text shows nothing of what a quantization costs. Null where it knows enough. */
function whyUnsuited({ reference, vocabulary, tokens }: VerdictGrounds, at: string): string | null {
  const { ppl, interval } = reference;
  const advice = 'Take a text like what the model is for, e.g. answers in its chat format.';
  if (vocabulary !== null && ppl >= guessing * vocabulary)
    return `No verdict: the reference hardly predicts this text (PPL ${ppl < 1e9 ? countText(ppl) : significantText(ppl)} with a vocabulary of ${countText(vocabulary)}). ${advice}`;
  const known =
    interval === null
      ? 'cannot be told, as a few chunks carry nearly all of it,'
      : `is known only to ${intervalText(interval, (value) => significantText(value))}`;
  if (interval !== null && interval[1] <= widestReference * interval[0]) return null;
  return `No verdict ${at}: the PPL of the reference itself ${known} from ${countText(tokens)} tokens. Take more text, or one whose parts are more alike.`;
}

function lossOf(
  ratio: Interval,
  deltaP: Interval,
  { at, ppl, fidelity }: { at: string; ppl: string; fidelity: string },
): Verdict {
  const drop = dropText(deltaP);
  if (ratio[1] < 0)
    return { kind: 'mixed', sentence: `Mixed ${at}: ${ppl}, lower than the reference, yet ${drop}; ${fidelity}.` };
  const seen = ratio[0] > 0 ? ppl : `${drop}, by ${ppl} alone none was told`;
  if (ratio[0] >= smallLoss) return { kind: 'clear loss', sentence: `Clear loss ${at}: ${seen}; ${fidelity}.` };
  const more = ratio[1] < smallLoss ? '' : ' Whether it is below 1 % of PPL takes more text to tell.';
  return { kind: 'loss', sentence: `A loss ${at}: ${seen}; ${fidelity}.${more}` };
}

/** Where a loss shows: in the ratio, or else in the actual token's probability. */
const seenOf = (ratio: Interval, deltaP: Interval, ppl: string) => (ratio[0] > 0 ? ppl : `${dropText(deltaP)}, ${ppl}`);

const dropText = (deltaP: Interval) =>
  `the actual token is less likely by ${intervalText([-deltaP[1], -deltaP[0]], (value) => pointsText(value))} points`;

/** What an engineer asks beside the loss: is it still the same model? */
function fidelityOf([low, high]: Interval, kld: number): string {
  const differ = `${percentRange(1 - high, 1 - low)} of the top tokens differ`;
  if (low >= sameAnswers) return `it answers as the reference (${differ})`;
  const by = `${differ}, mean KLD ${significantText(kld)}`;
  return high < sameModel ? `it is not the same model: ${by}` : by;
}

function percentRange(low: number, high: number): string {
  const [from, to] = [percentText(Math.max(0, low), 2), percentText(high, 2)];
  return from === to ? from : `${from.replace(' %', '')} to ${to}`;
}

/** Chunks go by the square of the width: until the intervals are as wide as the room between no loss and 1 %, twice. */
function timesTheText(ratio: Interval, deltaP: Interval): string {
  const byRatio = ratio[1] < smallLoss ? 0 : ((ratio[1] - ratio[0]) / (2 * smallLoss)) ** 2;
  const byDrop = deltaP[0] > -smallDrop ? 0 : ((deltaP[1] - deltaP[0]) / (2 * smallDrop)) ** 2;
  return countText(Number(Math.max(2, byRatio, byDrop).toPrecision(2)));
}
