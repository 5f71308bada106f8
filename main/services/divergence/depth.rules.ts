import type { DepthBand } from '../../../preload/contract/divergence.ts';
import { clusterMeans } from '../../base/stats/clusterMeans.ts';
import { clusterShare } from '../../base/stats/clusterShare.ts';
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
 * left out. Means and intervals as in the whole run, of the chunks that reach into the band; no interval where those are fewer than six,
 * or where a few of them carry nearly all of the spread.
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
  return Array.from({ length: bands }, (_, band): DepthBand | null => {
    const at = band * width;
    const tokens = totals[at + parts.count] ?? 0;
    if (tokens === 0) return null;
    const mean = (part: number) => (totals[at + part] ?? 0) / tokens;
    const reaching = sums.filter((chunk) => (chunk[at + parts.count] ?? 0) > 0);
    const isEnough = reaching.length >= fewestChunks;
    const over = at + parts.count;
    const [kld, difference] =
      (isEnough &&
        clusterMeans(reaching, [
          { of: at + parts.kld, over, scale: 'logarithmic' },
          { of: at + parts.difference, over },
        ])) ||
      [];
    return {
      from: Math.ceil(low + band * step),
      to: Math.ceil(low + (band + 1) * step) - 1,
      tokens,
      kldMean: mean(parts.kld),
      kldInterval95: kld ?? null,
      pplRatio: Math.exp(mean(parts.difference)),
      pplRatioInterval95: !difference ? null : [Math.exp(difference[0]), Math.exp(difference[1])],
      sameTop: mean(parts.sameTop),
      sameTopInterval95: isEnough ? clusterShare(reaching, { of: at + parts.sameTop, over }) : null,
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

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] ?? 0) + value;
}
