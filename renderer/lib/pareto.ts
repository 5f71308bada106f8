export interface Point {
  x: number;
  y: number;
}

/**
 * Indexes of the points that no other one beats: none is at least as good in both and better in one. Sorted by x. Less is better, on
 * an axis where `more` says so the other way round. Points at the same place are all on the front.
 */
export function paretoFront(points: readonly Point[], more: { x?: boolean; y?: boolean } = {}): number[] {
  const signed = points.map(({ x, y }) => ({ x: more.x ? -x : x, y: more.y ? -y : y }));
  const beats = (one: Point, other: Point) =>
    one.x <= other.x && one.y <= other.y && (one.x < other.x || one.y < other.y);
  return signed
    .flatMap((point, index) =>
      Number.isNaN(point.x) || Number.isNaN(point.y) || signed.some((other) => beats(other, point)) ? [] : [index],
    )
    .sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0));
}
