/** A point of a chart with the width of the words beside it, in pixels. */
export interface Labelled {
  key: string;
  x: number;
  y: number;
  width: number;
}

/** Where the words begin or, at `end`, where they end. */
export interface LabelPlace {
  x: number;
  y: number;
  anchor: 'start' | 'end';
}

const gap = 12;
const lineHeight = 15;
/** Half of the width of a point's sign. */
const sign = 6;

/**
 * Above the point at its right, else below it, else the same at its left; within the width of the chart and over no other words or points. A point
 * without any such place has none: a list beside the chart names it. The first points choose first. Pure.
 */
export function labelPlaces(points: readonly Labelled[], chartWidth: number): Map<string, LabelPlace> {
  const taken: { left: number; right: number; y: number }[] = [];
  const places = new Map<string, LabelPlace>();
  for (const { key, x, y, width } of points) {
    for (const [side, baseline] of [
      [1, y - 8],
      [1, y + 17],
      [-1, y - 8],
      [-1, y + 17],
    ] as const) {
      const left = side === 1 ? x + gap : x - gap - width;
      const right = left + width;
      const isFree = !taken.some(
        (one) => left < one.right && one.left < right && Math.abs(one.y - baseline) < lineHeight,
      );
      const isOverSign = points.some(
        (one) => left < one.x + sign && one.x - sign < right && Math.abs(baseline - 4 - one.y) < sign + lineHeight / 2,
      );
      if (isOverSign || left < 0 || right > chartWidth || !isFree) continue;
      taken.push({ left, right, y: baseline });
      places.set(key, { x: x + side * gap, y: baseline, anchor: side === 1 ? 'start' : 'end' });
      break;
    }
  }
  return places;
}
