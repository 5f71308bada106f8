import { clusterMeans } from '../../base/stats/clusterMeans.ts';
import type { Interval } from '../../base/stats/clusters.ts';
import { studentQuantile } from '../../base/stats/distributions.ts';
import { fewestChunks } from './verdict.rules.ts';

/** What a column took, over the chunks that it has. */
export interface Effort {
  /** In the model itself, of each chunk. Those that were read together have equal parts of their seconds. */
  decodeSeconds: readonly number[];
  secondsMetrics: number;
  /** Tokens decoded, scored or not. */
  tokens: number;
}

interface Speed {
  secondsDecode: number;
  /** Null when nothing was decoded. */
  tokensPerSecond: number | null;
  /** Null with a single time. */
  tokensPerSecondInterval95: Interval | null;
}

/**
 * Tokens a second, Σtokens / Σseconds, with an interval over what was timed by itself: chunks read together are one time, their equal parts
 * tell nothing of each other. By the bootstrap over these times; with fewer than it can work with, by Student's t on their logarithms, which
 * of three times with delays that lean to one side holds the truth in 89 of 100 runs rather than 95. It tells how even the machine was
 * during this run, not how another day or machine will be.
 */
export function speedOf({ decodeSeconds, tokens }: Effort, replicates?: number): Speed {
  const seconds = decodeSeconds.reduce((total, one) => total + one, 0);
  if (seconds <= 0) return { secondsDecode: seconds, tokensPerSecond: null, tokensPerSecondInterval95: null };
  const times = timedAlone(decodeSeconds, tokens / decodeSeconds.length);
  const [perToken] =
    times.length < fewestChunks
      ? [ofFew(times, seconds / tokens)]
      : (clusterMeans(times, [{ of: 0, over: 1, scale: 'logarithmic' }], { replicates }) ?? []);
  return {
    secondsDecode: seconds,
    tokensPerSecond: tokens / seconds,
    tokensPerSecondInterval95: perToken ? [1 / perToken[1], 1 / perToken[0]] : null,
  };
}

function ofFew(times: readonly [seconds: number, tokens: number][], perToken: number): Interval | null {
  const count = times.length;
  if (count < 2) return null;
  const logs = times.map(([seconds, tokens]) => Math.log(seconds / tokens));
  const mean = logs.reduce((total, one) => total + one, 0) / count;
  const variance = logs.reduce((total, one) => total + (one - mean) ** 2, 0) / (count - 1);
  const factor = Math.exp(studentQuantile(0.975, count - 1) * Math.sqrt(variance / count));
  return [perToken / factor, perToken * factor];
}

/** Seconds and tokens of neighbours with the very same seconds, which are parts of one time. */
function timedAlone(decodeSeconds: readonly number[], tokens: number): [seconds: number, tokens: number][] {
  const times: [number, number][] = [];
  decodeSeconds.forEach((seconds, index) => {
    const last = times.at(-1);
    if (last === undefined || seconds !== decodeSeconds[index - 1]) times.push([seconds, tokens]);
    else {
      last[0] += seconds;
      last[1] += tokens;
    }
  });
  return times;
}
