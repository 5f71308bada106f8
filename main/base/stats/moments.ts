export interface Estimate {
  value: number;
  /** Standard error. */
  error: number;
}

/**
 * Mean and standard error from sums over n values, as llama-perplexity works them out: the error is
 * sqrt((E[x²] − E[x]²) / (n − 1)), and 0 up to ten values. It takes the values for independent.
 */
export function meanOf(sum: number, sumOfSquares: number, count: number): Estimate {
  if (count < 1) return { value: 0, error: 0 };
  const value = sum / count;
  const variance = sumOfSquares / count - value * value;
  return { value, error: variance > 0 && count > 10 ? Math.sqrt(variance / (count - 1)) : 0 };
}

/** Covariance of two means, (E[xy] − E[x]·E[y]) / (n − 1), as llama-perplexity: 0 below ten values. */
export function covarianceOfMeans(sumX: number, sumY: number, sumXY: number, count: number): number {
  return count < 10 ? 0 : (sumXY / count - (sumX / count) * (sumY / count)) / (count - 1);
}

/** Mean of a difference x − y whose parts are correlated: σ² = σx² + σy² − 2·cov. What rounding leaves of equal parts is 0. */
export function differenceOf(x: Estimate, y: Estimate, covariance: number): Estimate {
  const squares = x.error ** 2 + y.error ** 2;
  const variance = squares - 2 * covariance;
  return { value: x.value - y.value, error: variance > 1e-14 * squares ? Math.sqrt(variance) : 0 };
}

/** exp of an estimate, its error to the first order: exp(x) · σ. */
export function exponentialOf({ value, error }: Estimate): Estimate {
  const power = Math.exp(value);
  return { value: power, error: power * error };
}

/** Root of a mean of squares, its error to the first order: σ / (2·root); 0 when the root is 0. */
export function rootOf({ value, error }: Estimate): Estimate {
  const root = Math.sqrt(Math.max(0, value));
  return { value: root, error: root === 0 ? 0 : (0.5 / root) * error };
}

/** A share of n, with the error sqrt(p(1 − p) / (n − 1)); 0 below two. */
export function shareOf(hits: number, count: number): Estimate {
  if (count < 1) return { value: 0, error: 0 };
  const value = hits / count;
  return { value, error: count < 2 ? 0 : Math.sqrt((value * (1 - value)) / (count - 1)) };
}
