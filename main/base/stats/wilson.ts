/**
 * Interval of a share by Wilson (1927), without continuity correction: the shares p for which |hits/n − p| ≤ z·sqrt(p(1 − p)/n).
 * `z` default: 1.959964, for 95 %. [0, 1] of nothing.
 */
export function wilsonInterval(hits: number, count: number, z = 1.959963984540054): [number, number] {
  if (count <= 0) return [0, 1];
  const share = hits / count;
  const middle = share + (z * z) / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  // At the ends the sum is exact only on paper.
  return [
    hits <= 0 ? 0 : Math.max(0, (middle - half) / scale),
    hits >= count ? 1 : Math.min(1, (middle + half) / scale),
  ];
}
