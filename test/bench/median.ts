/** The mean of the two in the middle when their number is even; NaN of nothing. */
export function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

export interface MedianInterval {
  median: number;
  low: number;
  high: number;
  /** In words, with each number written by `write`. */
  of(write: (value: number) => string): string;
}

/** The median and its 95 % interval by the percentile bootstrap (Efron 1979): 2000 samples with replacement, always the same ones. */
export function medianInterval(values: number[]): MedianInterval {
  let state = 1;
  // The minimal standard generator of Park and Miller (1988).
  const below = (count: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * count);
  };
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[below(values.length)] ?? Number.NaN)),
  ).sort((one, other) => one - other);
  const [middle, low, high] = [median(values), medians[50] ?? Number.NaN, medians[1949] ?? Number.NaN];
  return {
    median: middle,
    low,
    high,
    of: (write) => `median ${write(middle)} (95 % interval ${write(low)} to ${write(high)})`,
  };
}
