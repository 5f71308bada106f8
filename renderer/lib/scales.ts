/** From values to places on an axis, and the round numbers to write beside it. Pure. */
export interface Scale {
  kind: 'linear' | 'log';
  /** Lowest and highest value shown. */
  domain: readonly [number, number];
  /** 0 at the lowest value, 1 at the highest; outside of them beyond that. Below what a log axis can show: 0. */
  at(value: number): number;
  ticks: readonly number[];
}

/** With `room` (a share of the range) around the values; one value gets a range of its own. */
export function linearScale(values: readonly number[], { room = 0.08, ticks = 5 } = {}): Scale {
  const finite = values.filter(Number.isFinite);
  const low = finite.length === 0 ? 0 : Math.min(...finite);
  const high = finite.length === 0 ? 1 : Math.max(...finite);
  const margin = differ(low, high) ? (high - low) * room : Math.abs(high) * 0.05 || 0.5;
  const [from, to] = [low - margin, high + margin];
  return {
    kind: 'linear',
    domain: [from, to],
    at: (value) => (value - from) / (to - from),
    ticks: roundSteps(from, to, ticks),
  };
}

/**
 * Of the values above 0. Ticks stand at 1, 2 and 5 times powers of ten, at powers alone where that would be too many, at round steps
 * where it would be fewer than two.
 */
export function logScale(values: readonly number[], { room = 0.06, ticks = 6 } = {}): Scale {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10);
  const low = positive.length === 0 ? -1 : Math.min(...positive);
  const high = positive.length === 0 ? 0 : Math.max(...positive);
  const margin = differ(low, high) ? (high - low) * room : 0.15;
  const [from, to] = [low - margin, high + margin];
  return {
    kind: 'log',
    domain: [10 ** from, 10 ** to],
    at: (value) => (value > 0 ? (Math.log10(value) - from) / (to - from) : 0),
    ticks: logSteps(from, to, ticks),
  };
}

/** By more than rounding: between two neighbouring numbers there is no room for ticks. */
const differ = (low: number, high: number) => high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high));

function roundSteps(from: number, to: number, wanted: number): number[] {
  const raw = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? raw;
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  // Of whole steps, so that 0.1 + 0.2 is not 0.30000000000000004.
  return Array.from({ length: Math.max(0, count) }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function logSteps(from: number, to: number, wanted: number): number[] {
  const powers = Array.from({ length: Math.floor(to) - Math.floor(from) + 1 }, (_, index) => Math.floor(from) + index);
  const inside = (value: number) => Math.log10(value) >= from - 1e-9 && Math.log10(value) <= to + 1e-9;
  const all = powers.flatMap((power) => [1, 2, 5].map((one) => Number(`${one}e${power}`))).filter(inside);
  if (all.length < 2 && to - from > 1e-6) return roundSteps(10 ** from, 10 ** to, wanted);
  if (all.length <= wanted) return all;
  const whole = powers.map((power) => Number(`1e${power}`)).filter(inside);
  const every = Math.max(1, Math.ceil(whole.length / wanted));
  return whole.filter((_, index) => (whole.length - 1 - index) % every === 0);
}
