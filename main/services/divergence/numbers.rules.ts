import type {
  CandidateNumbers,
  Distribution,
  DivergenceRun,
  KldHistogram,
} from '../../../preload/contract/divergence.ts';
import { type ClusterMean, clusterMeans } from '../../base/stats/clusterMeans.ts';
import { clusterShare } from '../../base/stats/clusterShare.ts';
import type { Interval } from '../../base/stats/clusters.ts';
import { covarianceOfMeans, differenceOf, exponentialOf, meanOf, rootOf, shareOf } from '../../base/stats/moments.ts';
import { percentile } from '../../base/stats/percentile.ts';
import { sum, sumCount } from './scores.rules.ts';
import { type Effort, speedOf } from './speed.rules.ts';
import { fewestChunks, verdictOf } from './verdict.rules.ts';

type Alone = NonNullable<DivergenceRun['referenceNumbers']>;

/** What a verdict needs beside the candidate itself. */
export interface Setting {
  reference: Pick<Alone, 'ppl' | 'pplInterval95'>;
  vocabulary: number | null;
  /** Draws of each bootstrap. Default: 2,000; fewer while a run is measured, whose numbers are drawn anew every second. */
  replicates?: number | undefined;
  /** The reference is a base file: what it says of a token is rounded to 16 bits. */
  isBase: boolean;
}

/** `sums`: one of each chunk. `replicates`: as in `Setting`. */
export function referenceNumbers(sums: readonly Float64Array[], effort: Effort, replicates?: number): Alone {
  return alone(sums, effort, pplEnds(meansOf(sums, [{ of: sum.nll, over: sum.count }], replicates)?.[0]), replicates);
}

/**
 * Every number of a candidate: values and classic errors as llama-perplexity works them out, percentiles over all tokens, intervals
 * by the bootstrap over chunks, of the share by Korn and Graubard. `kld` and `deltaP` hold all scored tokens in any order and are sorted in place.
 */
export function candidateNumbers(
  sums: readonly Float64Array[],
  { kld, deltaP }: { kld: Float32Array; deltaP: Float32Array },
  effort: Effort,
  { reference, vocabulary, isBase, replicates }: Setting,
): CandidateNumbers {
  const totals = totalOf(sums);
  const at = (index: number) => totals[index] ?? 0;
  const count = at(sum.count);
  const [ofNll, ofLn, ofExact, ofKld, ofDelta, ofSquares] =
    meansOf(withDifferences(sums), drawnMeans, replicates) ?? [];
  const topInterval = sums.length < fewestChunks ? null : clusterShare(sums, { of: sum.sameTop, over: sum.count });

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
  const farthest = Math.max(Math.abs(kld[0] ?? 0), Math.abs(kld.at(-1) ?? 0));
  // A KLD leaves out what lies below e^−16: two models may be far apart there, on tokens that both hold for impossible.
  const apart = Math.abs(nll.value - exact.value);
  const isSame = count > 0 && same.value === 1;
  return {
    ...alone(sums, effort, pplEnds(ofNll), replicates),
    lnPplRatio: ln.value,
    lnPplRatioError: ln.error,
    lnPplRatioInterval95: endsOf(ofLn),
    pplRatio: ratio.value,
    pplRatioError: ratio.error,
    pplRatioInterval95: endsOf(ofExact, Math.exp),
    correlation: nll.error > 0 && base.error > 0 ? covariance / (nll.error * base.error) : null,
    kld: { mean: divergence.value, error: divergence.error, interval95: endsOf(ofKld), ...percentilesOf(kld) },
    deltaP: {
      mean: delta.value,
      error: delta.error,
      interval95: endsOf(ofDelta, deltaEnd),
      ...percentilesOf(deltaP),
      rms: rms.value,
      rmsError: rms.error,
      rmsInterval95: endsOf(ofSquares, rootEnd),
      p75: ofMany(deltaP, 0.75),
      p25: ofMany(deltaP, 0.25),
    },
    sameTop: { share: same.value, error: same.error, interval95: topInterval },
    verdict: verdictOf({
      tokens: count,
      chunks: sums.length,
      identical:
        isSame && farthest === 0 && apart === 0
          ? 'exactly'
          : isSame && isBase && Math.max(farthest, apart) <= packedError
            ? 'in 16 bits'
            : null,
      reference: { ppl: reference.ppl, interval: reference.pplInterval95 },
      vocabulary,
      pplRatio: ratio.value,
      lnPplRatio: endsOf(ofExact),
      deltaP: endsOf(ofDelta, deltaEnd),
      sameTop: topInterval,
      kld: divergence.value,
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

function alone(
  sums: readonly Float64Array[],
  effort: Effort,
  interval95: Interval | null,
  replicates: number | undefined,
): Alone {
  const totals = totalOf(sums);
  const ppl = exponentialOf(meanOf(totals[sum.nll] ?? 0, totals[sum.nllSquares] ?? 0, totals[sum.count] ?? 0));
  return {
    ppl: ppl.value,
    pplError: ppl.error,
    pplInterval95: interval95,
    ...speedOf(effort, replicates),
    secondsMetrics: effort.secondsMetrics,
  };
}

/** Largest error of a ln p by its rounding to 16 bits over at most 16 nats, and what single precision adds. */
const packedError = 16 / 65535 / 2 + 1e-5;

/** Beside the sums of a chunk: how far the candidate's NLL lies above the reference's, by its 16 bits and exactly. */
const difference = { base: sumCount, exact: sumCount + 1 } as const;

function withDifferences(sums: readonly Float64Array[]): Float64Array[] {
  return sums.map((chunk) => {
    const nll = chunk[sum.nll] ?? 0;
    return Float64Array.of(...chunk, nll - (chunk[sum.base] ?? 0), nll - (chunk[sum.exact] ?? 0));
  });
}

const drawnMeans: ClusterMean[] = [
  { of: sum.nll, over: sum.count },
  { of: difference.base, over: sum.count },
  { of: difference.exact, over: sum.count },
  { of: sum.kld, over: sum.count, scale: 'logarithmic' },
  { of: sum.deltaP, over: sum.count },
  { of: sum.deltaPSquares, over: sum.count, scale: 'logarithmic' },
];

function meansOf(
  sums: readonly Float64Array[],
  means: readonly ClusterMean[],
  replicates?: number,
): (Interval | null)[] | null {
  return sums.length < fewestChunks ? null : clusterMeans(sums, means, { replicates });
}

function totalOf(sums: readonly Float64Array[]): Float64Array {
  const totals = new Float64Array(sumCount);
  for (const chunk of sums)
    for (let index = 0; index < sumCount; index++) totals[index] = (totals[index] ?? 0) + (chunk[index] ?? 0);
  return totals;
}

/** Null where an end lies beyond all numbers: a few chunks of which one carries nearly all tell no interval. */
function endsOf(interval: Interval | null | undefined, of: (end: number) => number = (end) => end): Interval | null {
  if (!interval) return null;
  const ends: Interval = [of(interval[0]), of(interval[1])];
  return ends.every(Number.isFinite) ? ends : null;
}

/** Of a mean NLL, which is never below 0. */
const pplEnds = (interval: Interval | null | undefined) => endsOf(interval, (end) => Math.exp(Math.max(0, end)));
/** No probability changes by more than 1. */
const deltaEnd = (end: number) => Math.max(-1, Math.min(1, end));
const rootEnd = (end: number) => Math.sqrt(Math.max(0, Math.min(1, end)));

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
