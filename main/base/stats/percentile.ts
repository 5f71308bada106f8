/**
 * The value below which a share `fraction` (0 to 1) of sorted values lies: linear interpolation at fraction · (n − 1), which is
 * type 7 of Hyndman and Fan (1996) and what llama-perplexity prints. NaN of no values.
 */
export function percentile(sorted: ArrayLike<number>, fraction: number): number {
  const last = sorted.length - 1;
  if (last < 0) return Number.NaN;
  const place = Math.min(1, Math.max(0, fraction)) * last;
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, last)] ?? Number.NaN;
  // Without the test an infinite neighbour that has no share would make it NaN.
  return place === below ? low : low + (place - below) * (high - low);
}
