/** What was done by when. `at` in milliseconds of any one clock. */
interface Sample {
  at: number;
  done: number;
}

/** The last while of a job's progress, oldest first. */
export type RateWindow = readonly Sample[];

/** How far back the rate looks: long enough to be calm, short enough to follow a change of model. */
export const windowMs = 10_000;
const finest = windowMs / 50;

/** Adds a report. Progress that goes backwards means that the work began anew, and so does the window. */
export function addSample(window: RateWindow, at: number, done: number): RateWindow {
  const last = window.at(-1);
  if (last === undefined || done < last.done) return [{ at, done }];
  const beforeLast = window.at(-2);
  // Reports that come faster than the window needs replace the newest, so that it stays small.
  const kept = beforeLast !== undefined && last.at - beforeLast.at < finest ? window.slice(0, -1) : window;
  const grown = [...kept, { at, done }];
  // One sample at or before the window's edge stays, so that work slower than the window still has a rate.
  const edge = grown.findLastIndex((sample) => sample.at <= at - windowMs);
  return edge > 0 ? grown.slice(edge) : grown;
}

/** After a pause: what was done counts, the time that passed does not. */
export function skipPause(window: RateWindow, pausedMs: number): RateWindow {
  return window.map((sample) => ({ at: sample.at + pausedMs, done: sample.done }));
}

/** Units a second over the window: (last done - first done) / (last time - first time); null when that says nothing yet. */
export function rateOf(window: RateWindow): number | null {
  const first = window[0];
  const last = window.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at || last.done <= first.done) return null;
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}

/** (total - done) / rate in seconds; null without a rate or while the total is not known (0), 0 when all is done. */
export function secondsLeft(done: number, total: number, rate: number | null): number | null {
  if (total <= 0) return null;
  if (done >= total) return 0;
  return rate === null ? null : (total - done) / rate;
}
