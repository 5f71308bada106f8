export interface Point {
  x: number;
  y: number;
  /** Of y, where it is not exactly known. */
  interval?: readonly [number, number] | null;
  /** Of x. */
  xInterval?: readonly [number, number] | null;
}

/**
 * Indexes of the points that no other one beats: none is at least as good in both and better in one. What is known by an interval is
 * beaten only where the other's lies wholly on the better side of it. Sorted by x. Less is better, on an axis where `more` says so the
 * other way round. Points at the same place are all on the front.
 */
export function paretoFront(points: readonly Point[], more: { x?: boolean; y?: boolean } = {}): number[] {
  const ranges = points.map(({ x, y, interval, xInterval }) => ({
    x: rangeOf(xInterval ?? [x, x], more.x),
    y: rangeOf(interval ?? [y, y], more.y),
  }));
  type Ranges = (typeof ranges)[number];
  const beats = (one: Ranges, other: Ranges) =>
    one.x.worst <= other.x.best &&
    one.y.worst <= other.y.best &&
    (one.x.worst < other.x.best || one.y.worst < other.y.best);
  return ranges
    .flatMap((range, index) => {
      const { x, y } = points[index] ?? { x: Number.NaN, y: Number.NaN };
      return Number.isNaN(x) || Number.isNaN(y) || ranges.some((other) => beats(other, range)) ? [] : [index];
    })
    .sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0));
}

/** So that less is better. */
function rangeOf([low, high]: readonly [number, number], more = false): { best: number; worst: number } {
  return more ? { best: -high, worst: -low } : { best: low, worst: high };
}
