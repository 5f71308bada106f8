import { type ClusterRatio, type Interval, together } from './clusters.ts';
import { studentQuantile } from './distributions.ts';
import { percentile } from './percentile.ts';
import { createRandom } from './random.ts';

export interface ClusterMean extends ClusterRatio {
  /** A measure that cannot be below 0 and leans to one side, like KLD, is studentized on its logarithm. Default: as it is. */
  scale?: 'plain' | 'logarithmic';
}

export interface BootstrapOptions {
  /** How often to resample. Default: 2000. */
  replicates?: number | undefined;
  /** Default: 1. The same seed and data give the same interval. */
  seed?: number;
  /** Share of cases in which the interval holds the true value. Default: 0.95. */
  level?: number;
}

/** An end so many times as far out as Student's t has it is of draws without what carries the spread. */
const mostTimesStudent = 10;
/** Nor does an end so many times above or below its mean tell anything, on a logarithmic scale. */
const mostTimesMean = 100;

/** For each mean: x and the count of a cluster, x², x·count, count². All of them add up over clusters. */
const parts = 5;

/**
 * Intervals of means of clustered values by the bootstrap-t (Efron 1982; DiCiccio and Efron, "Bootstrap Confidence Intervals", Statistical
 * Science 1996, section 4): whole clusters are drawn with replacement, and of each draw not the mean but its distance from the true one in
 * its own standard errors is kept. That holds the truth as often as it says with few clusters and with values that lean to one side, where
 * the percentiles of the drawn means are too narrow. The standard error is that of a ratio of sums, linearized:
 * sqrt(k / (k − 1) · Σ(x − mean · count)²) / Σcount. `sums[c]`: what the means need of cluster c. Null with fewer than two clusters.
 *
 * Each end is at least as far out as Student's t has it: with six clusters the draws alone would hold the truth in 92 % of cases. Where
 * nearly all clusters are the same, draws have no error of their own, and Student's t stands alone. Where a few clusters carry nearly all
 * of the spread, more draws than `level` leaves out miss them, and their tiny errors put an end anywhere: such a mean has no interval (null),
 * nor has one on a logarithmic scale with an end a hundred times as far out as the mean itself.
 */
export function clusterMeans(
  sums: readonly ArrayLike<number>[],
  means: readonly ClusterMean[],
  { replicates = 2000, seed = 1, level = 0.95 }: BootstrapOptions = {},
): (Interval | null)[] | null {
  const clusters = together(sums).map((cluster) => partsOf(cluster, means));
  const count = clusters.length;
  if (count < 2) return null;
  const width = means.length * parts;
  const totals = new Float64Array(width);
  for (const cluster of clusters) add(totals, cluster);
  const found = means.map((_, which) => estimate(totals, which, count));
  const logarithmic = means.map(({ scale }, which) => scale === 'logarithmic' && (found[which]?.value ?? 0) > 0);
  const drawn = means.map(() => new Float64Array(replicates));
  const random = createRandom(seed);
  for (let replicate = 0; replicate < replicates; replicate++) {
    totals.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const cluster = clusters[random.index(count)];
      if (cluster !== undefined) add(totals, cluster);
    }
    drawn.forEach((distances, which) => {
      const { value, error } = estimate(totals, which, count);
      const truth = found[which]?.value ?? 0;
      distances[replicate] =
        logarithmic[which] && value > 0 ? (Math.log(value / truth) * value) / error : (value - truth) / error;
    });
  }
  const tail = (1 - level) / 2;
  return drawn.map((distances, which): Interval | null => {
    const { value, error } = found[which] ?? { value: 0, error: 0 };
    if (error === 0) return [value, value];
    const ends = (low: number, high: number): Interval =>
      logarithmic[which]
        ? [value * Math.exp((-high * error) / value), value * Math.exp((-low * error) / value)]
        : [value - high * error, value - low * error];
    const sorted = distances.filter((distance) => !Number.isNaN(distance)).sort();
    const [low, high] = [percentile(sorted, tail), percentile(sorted, 1 - tail)];
    const t = studentQuantile(1 - tail, count - 1);
    if (Math.max(-low, high) > mostTimesStudent * t) return null;
    const interval = ends(Number.isFinite(low) ? Math.min(low, -t) : -t, Number.isFinite(high) ? Math.max(high, t) : t);
    const isVague = logarithmic[which] && (interval[1] > mostTimesMean * value || interval[0] < value / mostTimesMean);
    return isVague ? null : interval;
  });
}

function partsOf(cluster: ArrayLike<number>, means: readonly ClusterMean[]): Float64Array {
  const found = new Float64Array(means.length * parts);
  means.forEach(({ of, over }, which) => {
    const [x, n] = [cluster[of] ?? 0, cluster[over] ?? 0];
    found.set([x, n, x * x, x * n, n * n], which * parts);
  });
  return found;
}

function add(totals: Float64Array, cluster: Float64Array): void {
  for (let index = 0; index < totals.length; index++) totals[index] = (totals[index] ?? 0) + (cluster[index] ?? 0);
}

function estimate(totals: Float64Array, which: number, count: number): { value: number; error: number } {
  const at = which * parts;
  const n = totals[at + 1] || 1;
  const value = (totals[at] ?? 0) / n;
  const squares = (totals[at + 2] ?? 0) - 2 * value * (totals[at + 3] ?? 0) + value * value * (totals[at + 4] ?? 0);
  // What rounding leaves of clusters that are all the same is no spread.
  const spread = squares > 1e-12 * Math.abs(totals[at + 2] ?? 0) ? squares : 0;
  return { value, error: Math.sqrt((count / (count - 1)) * spread) / n };
}
