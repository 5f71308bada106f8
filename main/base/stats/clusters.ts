/** Values come in clusters (chunks of a text, items of a data set), because those within one are not independent. */

export type Interval = [low: number, high: number];

/** A mean over all values of all clusters: Σ`of` / Σ`over`, two indexes of the sums of a cluster. */
export interface ClusterRatio {
  of: number;
  over: number;
}

export const mostClusters = 512;

/** As many clusters as are drawn: neighbours of more are put together, which keeps the time bounded and what neighbours share inside. */
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
