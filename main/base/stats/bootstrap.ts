import { normalBelow, studentQuantile } from './distributions.ts';
import { percentile } from './percentile.ts';
import { createRandom } from './random.ts';

export type Interval = [low: number, high: number];

export interface BootstrapOptions {
  /** How often to resample. Default: 2000. */
  replicates?: number;
  /** Default: 1. The same seed and data give the same interval. */
  seed?: number;
  /** Share of cases in which the interval holds the true value. Default: 0.95. */
  level?: number;
}

/**
 * Intervals of statistics of clustered values: whole clusters (chunks of a text) are drawn with replacement, because the values
 * within one are not independent. `sums[c]` holds what the statistics need of cluster c, in a form that adds up over clusters (a
 * count, Σx, Σx², …); `statistics` makes them of the totals. Null with fewer than two clusters.
 *
 * Percentile intervals, widened for small numbers of clusters as in Hesterberg, "What Teachers Should Know About the Bootstrap"
 * (The American Statistician, 2015), section 5.3.2: for n clusters the tails are Φ(−sqrt(n/(n − 1))·t(1 − α/2, n − 1)) instead of α/2.
 * More than `mostClusters` are first put together with their neighbours, which keeps the time bounded and what neighbours share inside.
 */
export function clusterBootstrap(
  sums: readonly ArrayLike<number>[],
  statistics: (totals: Float64Array) => number[],
  { replicates = 2000, seed = 1, level = 0.95 }: BootstrapOptions = {},
): Interval[] | null {
  const clusters = together(sums);
  const count = clusters.length;
  const width = clusters[0]?.length ?? 0;
  if (count < 2) return null;
  const random = createRandom(seed);
  const totals = new Float64Array(width);
  const drawn: Float64Array[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    totals.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const cluster = clusters[random.index(count)];
      if (cluster === undefined) continue;
      for (let index = 0; index < width; index++) totals[index] = (totals[index] ?? 0) + (cluster[index] ?? 0);
    }
    statistics(totals).forEach((value, which) => {
      drawn[which] ??= new Float64Array(replicates);
      drawn[which][replicate] = value;
    });
  }
  const tail = expandedTail(count, level);
  return drawn.map((values) => {
    values.sort();
    return [percentile(values, tail), percentile(values, 1 - tail)];
  });
}

export const mostClusters = 512;

/** The share to cut off at each end, for n clusters. */
function expandedTail(count: number, level: number): number {
  const t = studentQuantile(1 - (1 - level) / 2, count - 1);
  return normalBelow(-Math.sqrt(count / (count - 1)) * t);
}

/** As many clusters as are drawn: neighbours of more are put together. */
export function together(sums: readonly ArrayLike<number>[]): readonly ArrayLike<number>[] {
  if (sums.length <= mostClusters) return sums;
  const width = sums[0]?.length ?? 0;
  const joined = Array.from({ length: mostClusters }, () => new Float64Array(width));
  sums.forEach((cluster, index) => {
    const into = joined[Math.floor((index * mostClusters) / sums.length)];
    if (into !== undefined) for (let at = 0; at < width; at++) into[at] = (into[at] ?? 0) + (cluster[at] ?? 0);
  });
  return joined;
}
