import { clusterMeans } from '../../base/stats/clusterMeans.ts';
import type { Interval } from '../../base/stats/clusters.ts';
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
  /** Null with fewer than six times that were taken by themselves. */
  tokensPerSecondInterval95: Interval | null;
}

/**
 * Tokens a second, Σtokens / Σseconds, with an interval from a bootstrap over what was timed by itself: chunks read together are one time,
 * their equal parts tell nothing of each other. It tells how even the machine was during this run, not how another day or machine will be.
 */
export function speedOf({ decodeSeconds, tokens }: Effort, replicates?: number): Speed {
  const seconds = decodeSeconds.reduce((total, one) => total + one, 0);
  if (seconds <= 0) return { secondsDecode: seconds, tokensPerSecond: null, tokensPerSecondInterval95: null };
  const times = timedAlone(decodeSeconds, tokens / decodeSeconds.length);
  const [perToken] =
    times.length < fewestChunks
      ? []
      : (clusterMeans(times, [{ of: 0, over: 1, scale: 'logarithmic' }], { replicates }) ?? []);
  return {
    secondsDecode: seconds,
    tokensPerSecond: tokens / seconds,
    tokensPerSecondInterval95: perToken ? [1 / perToken[1], 1 / perToken[0]] : null,
  };
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
