import type { DepthBand } from '../../../preload/contract/divergence.ts';
import { clusterBootstrap, type Interval } from '../../base/stats/bootstrap.ts';
import { clusterMeans } from '../../base/stats/clusterMeans.ts';
import type { CandidateScores, ReferenceScores } from './scores.rules.ts';
import { fewestChunks } from './verdict.rules.ts';

/** The scored tokens of one chunk: where they stand, and how both models predicted them. */
export interface PlacedChunk {
  reference: Pick<ReferenceScores, 'places' | 'nll'>;
  candidate: Pick<CandidateScores, 'nll' | 'kld' | 'sameTop'>;
}

/** Sums of one band in one chunk, one after the other. */
const parts = { count: 0, kld: 1, difference: 2, sameTop: 3 } as const;
const width = 4;

/**
 * What a candidate costs by the number of tokens that stand before: bands of equal width over the scored places, those without a token
 * left out. Means as in the whole run; intervals by the same bootstrap over chunks, null below six.
 */
export function byDepth(chunks: readonly PlacedChunk[], bands: number): DepthBand[] {
  const places = chunks.flatMap(({ reference }) => [reference.places[0] ?? 0, reference.places.at(-1) ?? 0]);
  if (places.length === 0) return [];
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const step = (high - low + 1) / bands;
  const bandOf = (place: number) => Math.min(bands - 1, Math.floor((place - low) / step));
  const sums = chunks.map((chunk) => sumsOf(chunk, bands, bandOf));
  const totals = new Float64Array(bands * width);
  for (const chunk of sums) for (const [index, value] of chunk.entries()) add(totals, index, value);
  const isEnough = chunks.length >= fewestChunks;
  const drawn = isEnough
    ? clusterMeans(sums, Array.from({ length: bands }, (_, band) => drawnMeans(band)).flat())
    : null;
  const drawnTops = isEnough
    ? clusterBootstrap(sums, (of) => Array.from({ length: bands }, (_, band) => meansOf(of, band)[2] ?? 0))
    : null;
  return Array.from({ length: bands }, (_, band): DepthBand | null => {
    const tokens = totals[band * width + parts.count] ?? 0;
    if (tokens === 0) return null;
    const [kldMean = 0, difference = 0, sameTop = 0] = meansOf(totals, band);
    const interval = (which: number): Interval | null => drawn?.[band * 2 + which] ?? null;
    const ratio = interval(1);
    return {
      from: Math.ceil(low + band * step),
      to: Math.ceil(low + (band + 1) * step) - 1,
      tokens,
      kldMean,
      kldInterval95: interval(0),
      pplRatio: Math.exp(difference),
      pplRatioInterval95: ratio === null ? null : [Math.exp(ratio[0]), Math.exp(ratio[1])],
      sameTop,
      sameTopInterval95: drawnTops?.[band] ?? null,
    };
  }).filter((band) => band !== null);
}

function sumsOf({ reference, candidate }: PlacedChunk, bands: number, bandOf: (place: number) => number): Float64Array {
  const sums = new Float64Array(bands * width);
  for (const [index, place] of reference.places.entries()) {
    const at = bandOf(place) * width;
    add(sums, at + parts.count, 1);
    add(sums, at + parts.kld, candidate.kld[index] ?? 0);
    add(sums, at + parts.difference, (candidate.nll[index] ?? 0) - (reference.nll[index] ?? 0));
    add(sums, at + parts.sameTop, candidate.sameTop[index] ?? 0);
  }
  return sums;
}

const drawnMeans = (band: number) => [
  { of: band * width + parts.kld, over: band * width + parts.count, scale: 'logarithmic' as const },
  { of: band * width + parts.difference, over: band * width + parts.count },
];

/** Of a resampled band without a token nothing can be said; it counts as no difference. */
function meansOf(sums: Float64Array, band: number): number[] {
  const at = band * width;
  const count = sums[at + parts.count] || 1;
  return [parts.kld, parts.difference, parts.sameTop].map((part) => (sums[at + part] ?? 0) / count);
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] ?? 0) + value;
}
