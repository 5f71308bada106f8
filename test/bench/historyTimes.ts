import { median } from './median.ts';
import { tell } from './summary.ts';

export interface Time {
  /** Milliseconds on the clock, and of processor time: a busy machine stretches the first and not the second. */
  wall: number;
  cpu: number;
}

export function timed(calls: (() => unknown)[]): Time[] {
  return calls.map((call) => {
    const cpu = process.cpuUsage();
    const began = performance.now();
    call();
    const wall = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: (user + system) / 1000 };
  });
}

/** Of the threads of the process too. */
export async function timedWhole(call: () => Promise<unknown>): Promise<Time> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await call();
  const wall = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints p50, p95 and the longest, of the processor and of the clock; the target is one of processor time. */
export function tellTimes(what: string, times: readonly Time[], target: number): void {
  const words = (values: number[]) =>
    `p50 ${median(values).toFixed(1)}, p95 ${percentile(values, 0.95).toFixed(1)}, longest ${Math.max(...values).toFixed(1)} ms`;
  const cpu = times.map((time) => time.cpu);
  const p95 = percentile(cpu, 0.95);
  console.log(
    `history: ${what}: processor ${words(cpu)}; clock ${words(times.map(({ wall }) => wall))} (n ${times.length}; at most ${target} ms)`,
  );
  tell({ figure: `history: ${what}, processor p95`, value: p95, unit: 'ms', atMost: target });
}

/** Of the screen: on the clock alone, because several processes work together for it. */
export function tellClock(what: string, values: readonly number[], target: number): void {
  const p95 = percentile(values, 0.95);
  const longest = Math.max(...values).toFixed(1);
  console.log(
    `history: ${what}: clock p50 ${median([...values]).toFixed(1)}, p95 ${p95.toFixed(1)}, longest ${longest} ms (n ${values.length}; at most ${target.toFixed(0)} ms)`,
  );
  tell({ figure: `history: ${what}, clock p95`, value: p95, unit: 'ms', atMost: target });
}

export interface Turn {
  encrypted: Time;
  plain: Time;
}

/** The ratio of the sums, by the processor and by the clock, and the spread of the turns; null: no target was set. `by`: what the target is of. */
export function tellRatio(
  what: string,
  turns: readonly Turn[],
  target: number | null,
  by: 'processor' | 'clock' = 'processor',
): void {
  const ratioOf = (of: keyof Time) => {
    const sum = (side: keyof Turn) => turns.reduce((total, turn) => total + turn[side][of], 0);
    return sum('encrypted') / sum('plain');
  };
  const value = ratioOf(by === 'clock' ? 'wall' : 'cpu');
  const ratios = turns.map(({ encrypted, plain }) => encrypted.cpu / plain.cpu);
  console.log(
    `history: encrypted ${what}: ${ratioOf('cpu').toFixed(2)} times the processor time of the plain database, ${ratioOf('wall').toFixed(2)} by the clock (${turns.length} turns; median ${median(ratios).toFixed(2)}, quartiles ${percentile(ratios, 0.25).toFixed(2)} to ${percentile(ratios, 0.75).toFixed(2)}${target === null ? '' : `; at most ${target} by the ${by}`})`,
  );
  if (target !== null)
    tell({ figure: `history: encrypted ${what}, ${by}`, value, unit: 'times plain', atMost: target });
}
