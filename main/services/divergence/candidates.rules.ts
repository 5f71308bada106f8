import type {
  CandidateNumbers,
  DepthBand,
  DivergenceColumn,
  DivergenceRun,
} from '../../../preload/contract/divergence.ts';
import { labelsOf } from './columns.rules.ts';
import {
  bytesText,
  countText,
  intervalText,
  percentText,
  pointsText,
  ratioText,
  significantText,
  tailName,
  tailText,
} from './shown.rules.ts';

/** A candidate as Markdown and report show it. */
export interface ShownCandidate {
  label: string;
  column: DivergenceColumn;
  /** Null before its first chunk. */
  numbers: CandidateNumbers | null;
  sentence: string;
}

/** A number as text, with its standard error and the ends of its 95 % interval where it has them. */
export interface ShownNumber {
  value: string;
  error?: string;
  ends?: string;
}

export const footnote =
  'PPL, ln PPL ratio, KLD, Δp and same top as llama-perplexity defines them; ± is its standard error, which takes tokens for independent. Intervals: 95 %, bootstrap over chunks; of same top Korn and Graubard’s over chunks.';

export function shownCandidates(run: DivergenceRun): ShownCandidate[] {
  const [, ...labels] = labelsOf(run.columns);
  return run.columns.slice(1).map((column, index) => {
    const numbers = run.candidates[index] ?? null;
    return {
      label: labels[index] ?? '',
      column,
      numbers,
      sentence: column.error?.message ?? numbers?.verdict.sentence ?? 'No chunk is done yet.',
    };
  });
}

/** Names of `numbersOf`, in its order. */
export function numberNames(tokensScored: number): string[] {
  return ['PPL', 'PPL ratio', 'Mean KLD', tailName(tokensScored), 'RMS Δp', 'Mean Δp, points', 'Same top'];
}

export function numbersOf(numbers: CandidateNumbers, tokensScored: number): ShownNumber[] {
  const { pplRatio, pplRatioInterval95, kld, deltaP, sameTop } = numbers;
  return [
    pplOf(numbers),
    { value: ratioText(pplRatio), ends: intervalText(pplRatioInterval95, ratioText) },
    { value: significantText(kld.mean), ends: intervalText(kld.interval95, (value) => significantText(value)) },
    { value: tailText(kld, tokensScored) },
    {
      value: percentText(deltaP.rms),
      ...(deltaP.rmsError > 0 ? { error: percentText(deltaP.rmsError, 2) } : {}),
      ends: intervalText(deltaP.rmsInterval95, (value) => percentText(value)),
    },
    { value: pointsText(deltaP.mean), ends: intervalText(deltaP.interval95, (value) => pointsText(value)) },
    {
      value: percentText(sameTop.share, 4),
      ends: intervalText(sameTop.interval95, (value) => percentText(value, 4)),
    },
  ];
}

/** The PPL of a candidate or of the reference. */
export function pplOf({
  ppl,
  pplError,
  pplInterval95,
}: Pick<CandidateNumbers, 'ppl' | 'pplError' | 'pplInterval95'>): ShownNumber {
  return {
    value: significantText(ppl, 5),
    // llama-perplexity tells none of ten tokens or fewer, as 0.
    ...(pplError > 0 ? { error: significantText(pplError, 2) } : {}),
    ends: intervalText(pplInterval95, (value) => significantText(value, 4)),
  };
}

/** Size of the file, bits a weight. */
export function sizesOf(column: DivergenceColumn | undefined): string[] {
  const bits = column?.bitsPerWeight ?? null;
  return [bytesText(column?.sizeBytes ?? null), bits === null ? '—' : significantText(bits)];
}

/** Names of `depthCells`, in its order. */
export const depthNames = ['Tokens before', 'Scored', 'PPL ratio', '95 %', 'Mean KLD', '95 %', 'Same top', '95 %'];

/** A band of a candidate's divergence by depth. */
export function depthCells(band: DepthBand): string[] {
  return [
    `${band.from}–${band.to}`,
    countText(band.tokens),
    ratioText(band.pplRatio),
    intervalText(band.pplRatioInterval95, ratioText),
    significantText(band.kldMean),
    intervalText(band.kldInterval95, (value) => significantText(value)),
    percentText(band.sameTop, 4),
    intervalText(band.sameTopInterval95, (value) => percentText(value, 4)),
  ];
}
