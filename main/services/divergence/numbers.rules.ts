import type {
  CandidateNumbers,
  Distribution,
  DivergenceRun,
  KldHistogram,
} from '../../../preload/contract/divergence.ts';
import { clusterBootstrap, type Interval } from '../../base/stats/bootstrap.ts';
import { covarianceOfMeans, differenceOf, exponentialOf, meanOf, rootOf, shareOf } from '../../base/stats/moments.ts';
import { percentile } from '../../base/stats/percentile.ts';
import { wilsonInterval } from '../../base/stats/wilson.ts';
import { sum, sumCount } from './scores.rules.ts';
import { fewestChunks, verdictOf } from './verdict.rules.ts';

/** What a column took, over the chunks that it has. */
export interface Effort {
  secondsDecode: number;
  secondsMetrics: number;
  /** Tokens decoded, scored or not. */
  tokens: number;
}

type Alone = NonNullable<DivergenceRun['referenceNumbers']>;

/** `sums`: one of each chunk. */
export function referenceNumbers(sums: readonly Float64Array[], effort: Effort): Alone {
  return alone(sums, effort, intervals(sums, (totals) => [pplOf(totals)])?.[0] ?? null);
}

/**
 * Every number of a candidate: values and classic errors as llama-perplexity works them out, percentiles over all tokens, intervals
 * by the bootstrap over chunks. `kld` and `deltaP` hold all scored tokens in any order and are sorted in place.
 */
export function candidateNumbers(
  sums: readonly Float64Array[],
  { kld, deltaP }: { kld: Float32Array; deltaP: Float32Array },
  effort: Effort,
): CandidateNumbers {
  const totals = totalOf(sums);
  const at = (index: number) => totals[index] ?? 0;
  const count = at(sum.count);
  const drawn = intervals(sums, (of) => [
    pplOf(of),
    ((of[sum.nll] ?? 0) - (of[sum.base] ?? 0)) / (of[sum.count] || 1),
    (of[sum.kld] ?? 0) / (of[sum.count] || 1),
    (of[sum.deltaP] ?? 0) / (of[sum.count] || 1),
    Math.sqrt((of[sum.deltaPSquares] ?? 0) / (of[sum.count] || 1)),
    (of[sum.sameTop] ?? 0) / (of[sum.count] || 1),
    ((of[sum.nll] ?? 0) - (of[sum.exact] ?? 0)) / (of[sum.count] || 1),
  ]);
  const interval = (which: number) => drawn?.[which] ?? null;

  const nll = meanOf(at(sum.nll), at(sum.nllSquares), count);
  const base = meanOf(at(sum.base), at(sum.baseSquares), count);
  const covariance = covarianceOfMeans(at(sum.nll), at(sum.base), at(sum.product), count);
  const ln = differenceOf(nll, base, covariance);
  const exact = meanOf(at(sum.exact), at(sum.exactSquares), count);
  const exactCovariance = covarianceOfMeans(at(sum.nll), at(sum.exact), at(sum.exactProduct), count);
  const ratio = exponentialOf(differenceOf(nll, exact, exactCovariance));
  const divergence = meanOf(at(sum.kld), at(sum.kldSquares), count);
  const delta = meanOf(at(sum.deltaP), at(sum.deltaPSquares), count);
  const rms = rootOf(meanOf(at(sum.deltaPSquares), at(sum.deltaPFourths), count));
  const same = shareOf(at(sum.sameTop), count);
  kld.sort();
  deltaP.sort();
  const identical = count > 0 && kld[0] === 0 && kld.at(-1) === 0 && same.value === 1;
  return {
    ...alone(sums, effort, interval(0)),
    lnPplRatio: ln.value,
    lnPplRatioError: ln.error,
    lnPplRatioInterval95: interval(1),
    pplRatio: ratio.value,
    pplRatioError: ratio.error,
    pplRatioInterval95: exponentialEnds(interval(6)),
    correlation: nll.error > 0 && base.error > 0 ? covariance / (nll.error * base.error) : null,
    kld: { mean: divergence.value, error: divergence.error, interval95: interval(2), ...percentilesOf(kld) },
    deltaP: {
      mean: delta.value,
      error: delta.error,
      interval95: interval(3),
      ...percentilesOf(deltaP),
      rms: rms.value,
      rmsError: rms.error,
      rmsInterval95: interval(4),
      p75: ofMany(deltaP, 0.75),
      p25: ofMany(deltaP, 0.25),
    },
    sameTop: { share: same.value, error: same.error, interval95: shareInterval(at(sum.sameTop), count, interval(5)) },
    verdict: verdictOf({
      tokens: count,
      chunks: sums.length,
      identical,
      pplRatio: ratio.value,
      lnPplRatio: interval(6),
      deltaP: interval(3),
      sameTop: same.value,
    }),
  };
}

/** Bins of equal width in ln KLD from the smallest above 0 to the largest. `sorted`: all scored tokens. */
export function histogramOf(sorted: Float32Array, bins: number): KldHistogram {
  const first = sorted.findIndex((value) => value > 0);
  if (first < 0) return { zeroOrBelow: sorted.length, bins: [] };
  const low = sorted[first] ?? 1;
  const high = sorted.at(-1) ?? low;
  const step = high > low ? Math.log(high / low) / bins : 0;
  const count = step === 0 ? 1 : bins;
  const edge = (index: number) => (index === 0 ? low : index === count ? high : low * Math.exp(step * index));
  const counts = new Array<number>(count).fill(0);
  for (let index = first; index < sorted.length; index++) {
    const place = step === 0 ? 0 : Math.floor(Math.log((sorted[index] ?? low) / low) / step);
    const bin = Math.min(count - 1, Math.max(0, place));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    zeroOrBelow: first,
    bins: counts.map((found, bin) => ({ from: edge(bin), to: edge(bin + 1), count: found })),
  };
}

function alone(sums: readonly Float64Array[], effort: Effort, interval95: Interval | null): Alone {
  const totals = totalOf(sums);
  const ppl = exponentialOf(meanOf(totals[sum.nll] ?? 0, totals[sum.nllSquares] ?? 0, totals[sum.count] ?? 0));
  const { secondsDecode, secondsMetrics, tokens } = effort;
  return {
    ppl: ppl.value,
    pplError: ppl.error,
    pplInterval95: interval95,
    secondsDecode,
    secondsMetrics,
    tokensPerSecond: secondsDecode > 0 ? tokens / secondsDecode : null,
  };
}

function intervals(sums: readonly Float64Array[], statistics: (totals: Float64Array) => number[]): Interval[] | null {
  return sums.length < fewestChunks ? null : clusterBootstrap(sums, statistics);
}

function totalOf(sums: readonly Float64Array[]): Float64Array {
  const totals = new Float64Array(sumCount);
  for (const chunk of sums)
    for (let index = 0; index < sumCount; index++) totals[index] = (totals[index] ?? 0) + (chunk[index] ?? 0);
  return totals;
}

const pplOf = (totals: Float64Array) => Math.exp((totals[sum.nll] ?? 0) / (totals[sum.count] || 1));

/** Where all or none agree resampling gives no width, though nothing is certain: then Wilson's interval. */
const shareInterval = (hits: number, count: number, drawn: Interval | null): Interval | null =>
  drawn === null || (hits > 0 && hits < count) ? drawn : wilsonInterval(hits, count);

const exponentialEnds = (interval: Interval | null): Interval | null =>
  interval === null ? null : [Math.exp(interval[0]), Math.exp(interval[1])];

/** llama-perplexity does no statistics on fewer. */
const fewestTokens = 100;
const ofMany = (sorted: Float32Array, fraction: number) =>
  sorted.length < fewestTokens ? null : percentile(sorted, fraction);

function percentilesOf(sorted: Float32Array): Omit<Distribution, 'mean' | 'error' | 'interval95'> {
  return {
    max: ofMany(sorted, 1),
    p999: ofMany(sorted, 0.999),
    p99: ofMany(sorted, 0.99),
    p95: ofMany(sorted, 0.95),
    p90: ofMany(sorted, 0.9),
    median: ofMany(sorted, 0.5),
    p10: ofMany(sorted, 0.1),
    p05: ofMany(sorted, 0.05),
    p01: ofMany(sorted, 0.01),
    p001: ofMany(sorted, 0.001),
    min: ofMany(sorted, 0),
  };
}
