import type { KldHistogram } from '../../../preload/contract/divergence.ts';
import { plainText } from '../../base/plainText.ts';
import { significantText } from './shown.rules.ts';

export interface ChartPoint {
  label: string;
  x: number;
  y: number;
  interval: readonly [number, number] | null;
}

export interface ScatterOptions {
  title: string;
  xLabel: string;
  yLabel: string;
  /** Powers of ten on the y axis. Values at or below 0 are left out. */
  logarithmic: boolean;
  /** A value to draw a line at. */
  line?: number;
}

const width = 720;
const height = 300;
const edge = { left: 78, right: 24, top: 26, bottom: 46 };

/** Text that holds nothing but text, in an SVG and in HTML; without control characters and turns of direction. */
export function safe(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return plainText(text).replace(/[&<>"']/g, (sign) => names[sign] ?? '');
}

/** Points with their intervals as an SVG; colours come from the page's classes. */
export function scatter(points: readonly ChartPoint[], options: ScatterOptions): string {
  const shown = options.logarithmic ? points.filter(({ y }) => y > 0) : points;
  if (shown.length === 0) return '';
  const ends = shown
    .flatMap(({ y, interval }) => [y, ...(interval ?? [])])
    .filter((y) => !options.logarithmic || y > 0);
  const [low, high] = spread(
    Math.min(...ends, ...lineOf(options)),
    Math.max(...ends, ...lineOf(options)),
    options.logarithmic,
  );
  const [left, right] = spread(Math.min(...shown.map(({ x }) => x)), Math.max(...shown.map(({ x }) => x)), false);
  const scale = (value: number) => (options.logarithmic ? Math.log10(Math.max(value, low)) : value);
  const px = (x: number) => edge.left + ((x - left) / (right - left)) * (width - edge.left - edge.right);
  const py = (y: number) =>
    height - edge.bottom - ((scale(y) - scale(low)) / (scale(high) - scale(low))) * (height - edge.top - edge.bottom);
  const xTicks = ticks(left, right).map(
    (x) =>
      `<text class="tick" x="${at(px(x))}" y="${height - edge.bottom + 18}" text-anchor="middle">${significantText(x)}</text>`,
  );
  const yTicks = (options.logarithmic ? powers(low, high) : ticks(low, high)).map(
    (y) =>
      `<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${at(py(y))}" y2="${at(py(y))}"/>` +
      `<text class="tick" x="${edge.left - 8}" y="${at(py(y) + 4)}" text-anchor="end">${significantText(y, 4)}</text>`,
  );
  const line = lineOf(options).map(
    (y) => `<line class="even" x1="${edge.left}" x2="${width - edge.right}" y1="${at(py(y))}" y2="${at(py(y))}"/>`,
  );
  const free = freePlaces();
  const marks = shown.map(({ label, x, y, interval }) => {
    const [from, to] = interval ?? [y, y];
    const name = safe(label);
    const place = free(label, [
      { x: px(x), y: py(to) - 8, anchor: 'middle' },
      { x: px(x) + 9, y: py(y) + 4, anchor: 'start' },
      { x: px(x) - 9, y: py(y) + 4, anchor: 'end' },
      { x: px(x), y: py(from) + 18, anchor: 'middle' },
    ]);
    return (
      `<g><title>${name}: ${significantText(y, 4)}${interval === null ? '' : `, 95 %: ${significantText(from, 4)} to ${significantText(to, 4)}`}</title>` +
      `<line class="bar" x1="${at(px(x))}" x2="${at(px(x))}" y1="${at(py(from))}" y2="${at(py(to))}"/>` +
      `<circle class="dot" cx="${at(px(x))}" cy="${at(py(y))}" r="4.5"/>` +
      `${place === null ? '' : `<text class="name" x="${at(place.x)}" y="${at(place.y)}" text-anchor="${place.anchor}">${name}</text>`}</g>`
    );
  });
  return svg(options.title, height, [
    ...yTicks,
    ...xTicks,
    ...line,
    ...marks,
    `<text class="axis" x="${(edge.left + width - edge.right) / 2}" y="${height - 6}" text-anchor="middle">${safe(options.xLabel)}</text>`,
    `<text class="axis" x="${edge.left}" y="14" text-anchor="start">${safe(options.yLabel)}</text>`,
  ]);
}

interface Place {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
}

/** Gives a text the first of its places that lies in the picture and over no other text, or none: its title names the point then. */
function freePlaces(): (text: string, places: readonly Place[]) => Place | null {
  const taken: { left: number; right: number; y: number }[] = [];
  return (text, places) => {
    const wide = 7 * text.length;
    for (const place of places) {
      const left = place.x - { start: 0, middle: wide / 2, end: wide }[place.anchor];
      const right = left + wide;
      const isTaken = taken.some((one) => left < one.right && one.left < right && Math.abs(one.y - place.y) < 14);
      if (isTaken || left < 0 || right > width || place.y > height - edge.bottom) continue;
      taken.push({ left, right, y: place.y });
      return place;
    }
    return null;
  };
}

/** KLD of all tokens on a logarithmic axis, with lines at what is named. */
export function histogramChart(
  title: string,
  { bins, zeroOrBelow }: KldHistogram,
  lines: readonly { label: string; value: number | null }[],
): string {
  const [first, last] = [bins[0], bins.at(-1)];
  if (first === undefined || last === undefined || last.to <= first.from) return '';
  const tall = 170;
  const most = Math.max(...bins.map(({ count }) => count));
  const px = (value: number) =>
    edge.left + (Math.log(value / first.from) / Math.log(last.to / first.from)) * (width - edge.left - edge.right);
  const py = (count: number) => tall - edge.bottom - (count / most) * (tall - edge.top - edge.bottom);
  const bars = bins.map(
    ({ from, to, count }) =>
      `<rect class="fill" x="${at(px(from))}" width="${at(Math.max(0.5, px(to) - px(from) - 1))}" y="${at(py(count))}" height="${at(tall - edge.bottom - py(count))}"/>`,
  );
  const marks = lines.flatMap(({ label, value }, index) =>
    value === null || value < first.from || value > last.to
      ? []
      : [
          `<line class="even" x1="${at(px(value))}" x2="${at(px(value))}" y1="${edge.top - 6}" y2="${tall - edge.bottom}"/>` +
            `<text class="name" x="${at(px(value))}" y="${index % 2 === 0 ? 14 : 26}" text-anchor="middle">${safe(label)}</text>`,
        ],
  );
  const axis = powers(first.from, last.to).map(
    (value) =>
      `<text class="tick" x="${at(px(value))}" y="${tall - edge.bottom + 18}" text-anchor="middle">${significantText(value)}</text>`,
  );
  const below = zeroOrBelow === 0 ? '' : ` (${zeroOrBelow} at 0 or below, by rounding, not shown)`;
  return svg(title, tall, [
    ...bars,
    ...marks,
    ...axis,
    `<text class="axis" x="${(edge.left + width - edge.right) / 2}" y="${tall - 6}" text-anchor="middle">KLD of a token${safe(below)}</text>`,
  ]);
}

function svg(title: string, tall: number, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${safe(title)}">${parts.join('')}</svg>`;
}

const at = (value: number) => Number(value.toFixed(1));
const lineOf = ({ line }: ScatterOptions) => (line === undefined ? [] : [line]);

/** Some room around the values, also when there is only one. */
function spread(low: number, high: number, logarithmic: boolean): [number, number] {
  if (logarithmic) return [low / 1.6, high * 2];
  const room = high > low ? (high - low) * 0.12 : Math.abs(high) * 0.1 || 1;
  return [low - room, high + room * 1.4];
}

/** About five round numbers. */
function ticks(low: number, high: number): number[] {
  const raw = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, index) => (first + index) * step);
}

/** Powers of ten within, every one of them or every few. */
function powers(low: number, high: number): number[] {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const step = Math.max(1, Math.ceil((last - first + 1) / 7));
  return Array.from(
    { length: Math.max(0, Math.floor((last - first) / step) + 1) },
    (_, index) => 10 ** (first + index * step),
  );
}
