import type { CandidateNumbers, DivergenceColumn, DivergenceRun } from '../../../../preload/contract/divergence.ts';
import type { ScatterPoint } from '../../../design/index.ts';
import { bytes, plural, significant, text } from '../../../lib/numbers.ts';
import { type Point, paretoFront } from '../../../lib/pareto.ts';
import { keyOf, namesOf, ratio, verdictWords, whyMissing } from '../divergence/shown.ts';

export const xAxes = ['size', 'memory', 'speed'] as const;
export const yAxes = ['kld', 'ppl', 'top'] as const;
export type XAxis = (typeof xAxes)[number];
export type YAxis = (typeof yAxes)[number];

interface Value {
  value: number;
  interval: readonly [number, number] | null;
  /** Counted rather than estimated: it needs no interval. */
  isExact?: boolean;
}

interface Axis {
  /** In the switch. */
  name: string;
  /** Along the axis, with its unit and which way is better. */
  label: string;
  moreIsBetter: boolean;
  format(value: number): string;
}

const mebi = (count: number | null) => (count === null ? null : count / 1024 ** 2);

type Speed = Pick<CandidateNumbers, 'tokensPerSecond' | 'tokensPerSecondInterval95'>;
const known = (value: number | null): Value | null =>
  value === null ? null : { value, interval: null, isExact: true };

export const x: Record<XAxis, Axis & { of(column: DivergenceColumn, speed: Speed | null): Value | null }> = {
  size: {
    name: 'Size',
    label: 'Size of the file, MiB (less is better)',
    moreIsBetter: false,
    format: (value) => significant(value),
    of: ({ sizeBytes }) => known(mebi(sizeBytes)),
  },
  memory: {
    name: 'Memory',
    label: 'Memory of weights and context, estimated, MiB (less is better)',
    moreIsBetter: false,
    format: (value) => significant(value),
    of: ({ memoryBytes }) => known(mebi(memoryBytes)),
  },
  speed: {
    name: 'Speed',
    label: 'Tokens read a second while measuring (more is better)',
    moreIsBetter: true,
    format: (value) => significant(value),
    of: (_, speed) =>
      speed?.tokensPerSecond == null
        ? null
        : { value: speed.tokensPerSecond, interval: speed.tokensPerSecondInterval95 },
  },
};

export const y: Record<
  YAxis,
  Axis & { log: boolean; even?: number; reference: number; of(numbers: CandidateNumbers): Value }
> = {
  kld: {
    name: 'KLD',
    label: 'Mean KLD, nats (less is better)',
    moreIsBetter: false,
    format: (value) =>
      value < 0.001 ? Number(value.toPrecision(3)).toExponential() : String(Number(value.toPrecision(3))),
    log: true,
    reference: 0,
    of: ({ kld }) => ({ value: kld.mean, interval: kld.interval95 }),
  },
  ppl: {
    name: 'PPL ratio',
    label: 'PPL ratio (1: as the reference; less is better)',
    moreIsBetter: false,
    format: (value) => String(Number(value.toFixed(4))),
    log: false,
    even: 1,
    reference: 1,
    of: ({ pplRatio, pplRatioInterval95 }) => ({ value: pplRatio, interval: pplRatioInterval95 }),
  },
  top: {
    name: 'Same top',
    label: 'Same top token, % (more is better)',
    moreIsBetter: true,
    format: (value) => significant(value * 100),
    log: false,
    reference: 1,
    of: ({ sameTop }) => ({ value: sameTop.share, interval: sameTop.interval95 }),
  },
};

/** A variant as a point, with all its numbers in words. */
export interface Shown extends ScatterPoint {
  /** Index among the columns. */
  column: number;
  verdict: string;
  xText: string;
  /** In brackets behind it; empty where it is exactly known. */
  xIntervalText: string;
  yText: string;
  intervalText: string;
}

/** The variants that have both values, and what keeps the others off the chart. */
export function pointsOf(
  run: DivergenceRun,
  xAxis: XAxis,
  yAxis: YAxis,
  slotOf: (key: string) => number,
): { points: Shown[]; front: string[]; leftOut: string[] } {
  const [along, up] = [x[xAxis], y[yAxis]];
  const names = namesOf(run.columns);
  const points: Shown[] = [];
  const places: Point[] = [];
  const leftOut: string[] = [];
  run.columns.forEach((column, index) => {
    const numbers = index === 0 ? null : (run.candidates[index - 1] ?? null);
    const place = along.of(column, index === 0 ? run.referenceNumbers : numbers);
    // On a logarithmic axis the reference (KLD 0) has no place.
    const measured: Value | null =
      index === 0
        ? up.log
          ? null
          : { value: up.reference, interval: null, isExact: true }
        : numbers && up.of(numbers);
    const name = names[index] ?? '';
    if (index > 0 && measured && up.log && measured.value <= 0) {
      leftOut.push(`${name} has a KLD of 0, which a logarithmic axis cannot show.`);
      return;
    }
    if (place === null || measured === null) {
      if (index > 0) leftOut.push(whyMissing(run, column, name, place === null ? along.name.toLowerCase() : up.name));
      return;
    }
    const intervalText = measured.interval
      ? `95 %: ${exactly(yAxis, measured.interval[0])} to ${exactly(yAxis, measured.interval[1])}`
      : index === 0
        ? 'the reference'
        : 'no interval: these chunks tell none';
    const xText = xAxis === 'speed' ? `${along.format(place.value)} tokens/s` : text(bytes(place.value * 1024 ** 2));
    const xIntervalText = xAxis === 'speed' ? ` (${speedInterval(place.interval, along.format)})` : '';
    const verdict = numbers === null ? 'Reference' : verdictWords[numbers.verdict.kind].words;
    places.push({ x: place.value, xInterval: rangeOf(place), y: measured.value, interval: rangeOf(measured) });
    points.push({
      key: `${index} ${keyOf(column)}`,
      column: index,
      slot: slotOf(keyOf(column)),
      name,
      x: place.value,
      xInterval: place.interval,
      y: measured.value,
      interval: measured.interval,
      verdict,
      xText,
      xIntervalText,
      yText: exactly(yAxis, measured.value),
      intervalText,
      description: `${name}: ${along.name} ${xText}${xIntervalText}, ${up.name} ${exactly(yAxis, measured.value)}, ${intervalText}, n = ${plural(run.tokensScored, 'token')}. ${verdict}.`,
    });
  });
  const unbeaten = new Set(paretoFront(places, { x: along.moreIsBetter, y: up.moreIsBetter }));
  // The reference is what all are held against: nothing beats it by being near to it.
  const front = places
    .flatMap((_, at) => (unbeaten.has(at) || points[at]?.column === 0 ? [at] : []))
    .sort((a, b) => (points[a]?.x ?? 0) - (points[b]?.x ?? 0))
    .flatMap((at) => points[at]?.key ?? []);
  return { points, front, leftOut };
}

/** What is known of a value: without an interval, nothing that could beat another one or be beaten. */
const rangeOf = ({ interval, isExact }: Value): Value['interval'] =>
  interval ?? (isExact ? null : [-Infinity, Infinity]);

/** Chunks that were read together are one time. */
const speedInterval = (interval: Value['interval'], format: (value: number) => string) =>
  interval === null
    ? 'no interval: the times of this run tell none'
    : `95 %: ${format(interval[0])} to ${format(interval[1])}`;

function exactly(axis: YAxis, value: number): string {
  if (axis === 'top') return `${significant(value * 100, 4)} %`;
  return axis === 'ppl' ? ratio(value) : significant(value, 4);
}
