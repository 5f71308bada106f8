import type { DivergenceRun, Verdict } from '../../../preload/contract/divergence.ts';
import { labelsOf } from './columns.rules.ts';
import type { StoredColumn } from './divergence.queries.ts';
import { bytesText, counted, countText, percentText, significantText } from './shown.rules.ts';

export interface Ranked {
  label: string;
  sizeBytes: number | null;
  verdict: Verdict;
  /** Mean KLD. */
  kld: number;
  /** Upper end of the interval of the PPL ratio; null: it has none. */
  pplRatioHigh: number | null;
  /** A loss was measured, however small: by the interval of the PPL ratio or that of the mean Δp. */
  isLoss: boolean;
  /** The reference's own file: a check of the measurement, not a variant to choose. */
  isReference: boolean;
}

export interface Smallest {
  /** Index among what was ranked. */
  candidate: number | null;
  sentence: string;
}

/** Of a run's candidates; null until each has numbers. `columns`: the reference first. */
export function smallestIn(
  columns: readonly StoredColumn[],
  candidates: DivergenceRun['candidates'],
  tokens: number,
  chunks: number,
): DivergenceRun['smallest'] {
  const labels = labelsOf(columns);
  const ranked = candidates.flatMap((numbers, candidate) => {
    const column = columns[candidate + 1];
    if (column === undefined || numbers === null || column.error !== null) return [];
    const { verdict, kld, pplRatioInterval95: ratio, deltaP } = numbers;
    return [
      {
        candidate,
        label: labels[candidate + 1] ?? '',
        sizeBytes: column.sizeBytes,
        verdict,
        kld: kld.mean,
        pplRatioHigh: ratio?.[1] ?? null,
        isLoss: (ratio !== null && ratio[0] > 1) || (deltaP.interval95 !== null && deltaP.interval95[1] < 0),
        isReference: isSameFile(column, columns[0]) && column.keyType === 'F16' && column.valueType === 'F16',
      },
    ];
  });
  const open = columns.some(({ error }, column) => column > 0 && error === null && candidates[column - 1] === null);
  if (open || ranked.length === 0) return null;
  const leftOut = columns.flatMap(({ error }, column) => (column > 0 && error !== null ? (labels[column] ?? []) : []));
  const smallest = smallestWithoutLoss(ranked, tokens, chunks, leftOut);
  if (smallest === null) return null;
  const { candidate, sentence } = smallest;
  return { candidate: candidate === null ? null : (ranked[candidate]?.candidate ?? null), sentence };
}

/** The file itself, or a copy of it. */
function isSameFile(one: StoredColumn, other: StoredColumn | undefined): boolean {
  const isCopy = one.mark !== null && one.mark.sha256OfPieces === other?.mark?.sha256OfPieces;
  return isCopy || one.file === other?.file;
}

const good = ({ verdict: { kind } }: Ranked) => kind === 'identical' || kind === 'equivalent' || kind === 'small loss';
/** No proof that there is no loss: the shorter the text, the more candidates have none. */
const undetected = ({ isLoss, verdict: { kind } }: Ranked) =>
  !isLoss && (kind === 'identical' || kind === 'equivalent' || kind === 'inconclusive');

/**
 * Two answers in one text. The smallest candidate that was shown to lose no more than 1 % of PPL and to be the same model; equal sizes:
 * the first. What was merely not told apart is never it: the shorter the text, the more would be. And the smallest of which no loss was
 * detected, with how much room there is where it was not told apart. `leftOut`: names of those that have no numbers. Null where only the
 * reference's own file was held against it.
 */
export function smallestWithoutLoss(
  all: readonly Ranked[],
  tokens: number,
  chunks: number,
  leftOut: readonly string[] = [],
): Smallest | null {
  const every = leftOut.length === 0 ? 'Every variant' : 'Every measured variant';
  const found = smallestOfAll(all, `n = ${countText(tokens)} tokens in ${counted(chunks, 'chunk')}`, every);
  if (found === null || leftOut.length === 0) return found;
  return { ...found, sentence: `${found.sentence} Not weighed, because left out: ${leftOut.join(', ')}.` };
}

function smallestOfAll(all: readonly Ranked[], n: string, every: string): Smallest | null {
  const candidates = all.filter(({ isReference }) => !isReference);
  if (candidates.length === 0) return null;
  const [smallest, bare] = [leastSize(candidates.filter(good)), leastSize(candidates.filter(undetected))];
  if (smallest === undefined) {
    const sentence = whyNone(candidates, n, every);
    // What was not shown to be small need not be there.
    const but =
      bare === undefined ? '' : ` That is not to say that each has one: ${lowerFirst(bareSentence(bare, every))}`;
    return { candidate: null, sentence: `${sentence}${but}` };
  }
  const larger = candidates.filter((one) => (one.sizeBytes ?? 0) > (smallest.sizeBytes ?? Infinity) && !good(one));
  const but =
    larger.length === 0
      ? ''
      : ` Of ${larger.map(({ label }) => label).join(', ')}, though larger, that was not shown: more text will tell.`;
  const name = `${smallest.label}${smallest.sizeBytes === null ? '' : ` (${bytesText(smallest.sizeBytes)})`}`;
  const sentence =
    smallest === bare
      ? `${name} is the smallest variant with no detectable loss, and with none above 1 % of PPL, at ${n}.${but}`
      : `${name} is the smallest variant with no loss above 1 % of PPL at ${n}.${but} ${bareSentence(bare, every)}`;
  return { candidate: all.indexOf(smallest), sentence };
}

const leastSize = (candidates: readonly Ranked[]) =>
  candidates.toSorted((a, b) => (a.sizeBytes ?? Infinity) - (b.sizeBytes ?? Infinity))[0];

function bareSentence(bare: Ranked | undefined, every: string): string {
  if (bare === undefined) return `Of ${every.toLowerCase()} some loss was detected at this n.`;
  const untold = bare.verdict.kind === 'inconclusive' ? `not told apart${roomOf(bare)}` : null;
  const known = [bare.sizeBytes === null ? null : bytesText(bare.sizeBytes), untold].filter((one) => one !== null);
  const brackets = known.length === 0 ? '' : ` (${known.join(', ')})`;
  return `The smallest variant with no detectable loss at this n is ${bare.label}${brackets}.`;
}

const lowerFirst = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);

/** How much loss is not ruled out, as far as PPL is what leaves room. */
const roomOf = ({ pplRatioHigh }: Ranked) =>
  pplRatioHigh === null || pplRatioHigh < 1.01 ? '' : `: PPL up to ${percentText(pplRatioHigh - 1, 2)} higher`;

function whyNone(candidates: readonly Ranked[], n: string, every: string): string {
  const kinds = new Set(candidates.map(({ verdict }) => verdict.kind));
  if (kinds.has('too little text')) return `Too little text to name the smallest variant without a loss: ${n}.`;
  if (kinds.has('text unsuited'))
    return `No variant can be named by this text at ${n}: too little is told by it of the reference itself.`;
  const untold = candidates.filter(({ verdict }) => verdict.kind === 'inconclusive');
  const narrowest = untold.toSorted((a, b) => (a.pplRatioHigh ?? Infinity) - (b.pplRatioHigh ?? Infinity))[0];
  if (narrowest !== undefined) {
    const { label, pplRatioHigh: high } = narrowest;
    if (high !== null && high < 1.01)
      return `No variant was shown both to lose no more than 1 % of PPL and to be the same model at ${n}: the nearest to it is ${label}, of which the first holds, and its verdict says what is open. More text will tell.`;
    const room = high === null ? '' : ` (PPL up to ${percentText(high - 1, 2)} higher)`;
    return `No variant was shown to have no loss above 1 % of PPL at ${n}: the nearest to it is ${label}${room}. More text will tell.`;
  }
  const least = candidates.toSorted((a, b) => a.kld - b.kld)[0];
  const best =
    least === undefined ? '' : ` ${least.label} diverges least, with a mean KLD of ${significantText(least.kld)}.`;
  return kinds.has('other answers')
    ? `No variant is both without a loss and the same model at ${n}.${best}`
    : `${every} shows a loss at ${n}.${best}`;
}
