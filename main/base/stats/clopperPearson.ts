import { incompleteBeta } from './distributions.ts';

/**
 * Exact interval of a share by Clopper and Pearson (Biometrika 1934): the shares under which neither so few nor so many hits have a
 * chance below α/2. It holds the true share in at least 95 % of cases at every n. [0, 1] of nothing. `level` default: 0.95.
 */
export function clopperPearsonInterval(hits: number, count: number, level = 0.95): [number, number] {
  const tail = (1 - level) / 2;
  return [
    hits <= 0 ? 0 : betaQuantile(tail, hits, count - hits + 1),
    hits >= count ? 1 : betaQuantile(1 - tail, hits + 1, count - hits),
  ];
}

/** By halving, to the last digit. */
function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
}
