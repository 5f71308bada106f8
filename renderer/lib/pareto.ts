export interface Point {
  x: number;
  y: number;
  /** Of y, where it is not exactly known. */
  interval?: readonly [number, number] | null;
}

/**
 * Indexes of the points that no other one beats: none is at least as good in both and better in one. What is known by an interval is
 * beaten only where the other's lies wholly on the better side of it. Sorted by x. Less is better, on an axis where `more` says so the
 * other way round. Points at the same place are all on the front.
 */
export function paretoFront(points: readonly Point[], more: { x?: boolean; y?: boolean } = {}): number[] {
  const signed = points.map(({ x, y, interval }) => {
    const [low, high] = interval ?? [y, y];
    return { x: more.x ? -x : x, y, best: more.y ? -high : low, worst: more.y ? -low : high };
  });
  type Signed = (typeof signed)[number];
  const beats = (one: Signed, other: Signed) =>
    one.x <= other.x && one.worst <= other.best && (one.x < other.x || one.worst < other.best);
  return signed
    .flatMap((point, index) =>
      Number.isNaN(point.x) || Number.isNaN(point.y) || signed.some((other) => beats(other, point)) ? [] : [index],
    )
    .sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0));
}
