import { clopperPearsonInterval } from './clopperPearson.ts';
import type { ClusterRatio, Interval } from './clusters.ts';
import { studentQuantile } from './distributions.ts';

/**
 * Interval of a share of clustered hits by Korn and Graubard, "Confidence intervals for proportions with small expected number of positive
 * counts estimated from survey data" (Survey Methodology 24, 1998): Clopper and Pearson's for as many independent values as would give
 * the share the standard error that the clusters show, p(1 − p)/v · (t(n − 1)/t(k − 1))² of n values in k clusters, n at most. v is the
 * variance of a ratio of sums, linearized. Where all or none hit, n. Draws of clusters would have no width there and too little near it.
 * `sums[c]`: of cluster c. `level` default: 0.95. Null with fewer than two clusters, and of nothing.
 */
export function clusterShare(
  sums: readonly ArrayLike<number>[],
  { of, over }: ClusterRatio,
  level = 0.95,
): Interval | null {
  const [hits, count] = [total(sums, of), total(sums, over)];
  const clusters = sums.length;
  if (clusters < 2 || count === 0) return null;
  const share = hits / count;
  if (hits <= 0 || hits >= count) return clopperPearsonInterval(hits, count, level);
  let squares = 0;
  for (const cluster of sums) squares += ((cluster[of] ?? 0) - share * (cluster[over] ?? 0)) ** 2;
  const variance = ((clusters / (clusters - 1)) * squares) / count ** 2;
  const quantile = (degrees: number) => studentQuantile(1 - (1 - level) / 2, degrees);
  const fewer = (quantile(count - 1) / quantile(clusters - 1)) ** 2;
  const independent = Math.min(count, variance === 0 ? count : ((share * (1 - share)) / variance) * fewer);
  return clopperPearsonInterval(share * independent, independent, level);
}

function total(sums: readonly ArrayLike<number>[], index: number): number {
  return sums.reduce((all, cluster) => all + (cluster[index] ?? 0), 0);
}
