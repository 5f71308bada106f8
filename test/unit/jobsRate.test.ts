import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSample,
  type RateWindow,
  rateOf,
  secondsLeft,
  skipPause,
  windowMs,
} from '../../main/services/jobs/rate.rules.ts';

const after = (reports: readonly (readonly [at: number, done: number])[]): RateWindow =>
  reports.reduce<RateWindow>((window, [at, done]) => addSample(window, at, done), []);

describe('the rate', () => {
  it('of steady work is its speed, however often it reports and for how long', () => {
    const speeds = fc.record({
      every: fc.integer({ min: 1, max: 60_000 }),
      each: fc.integer({ min: 1, max: 1000 }),
      times: fc.integer({ min: 3, max: 400 }),
    });
    fc.assert(
      fc.property(speeds, ({ every, each, times }) => {
        const window = after(Array.from({ length: times }, (_, index) => [index * every, index * each]));
        expect(rateOf(window)).toBeCloseTo((each / every) * 1000, 6);
      }),
    );
  });

  it('is never negative, and the window stays small', () => {
    const reports = fc.array(fc.tuple(fc.nat(2000), fc.nat(50)), { maxLength: 500 });
    fc.assert(
      fc.property(reports, (steps) => {
        let at = 0;
        let done = 0;
        let window: RateWindow = [];
        for (const [ms, more] of steps) {
          at += ms;
          done += more;
          window = addSample(window, at, done);
          expect(rateOf(window) ?? 0).toBeGreaterThanOrEqual(0);
          expect(window.length).toBeLessThan(60);
          expect(window.at(-1)).toEqual({ at, done });
        }
      }),
    );
  });

  it('follows a change of speed within the window', () => {
    const slow = Array.from({ length: 30 }, (_, index) => [index * 1000, index] as const);
    const fast = Array.from({ length: 30 }, (_, index) => [30_000 + index * 1000, 30 + index * 10] as const);
    expect(rateOf(after([...slow, ...fast]))).toBeCloseTo(10, 6);
    expect(windowMs).toBeLessThan(30_000);
  });

  it('is not known from one report, nor while nothing gets done', () => {
    expect(rateOf(after([[0, 0]]))).toBeNull();
    expect(
      rateOf(
        after([
          [0, 3],
          [5000, 3],
        ]),
      ),
    ).toBeNull();
  });

  it('starts anew when progress goes backwards, and leaves pauses out', () => {
    expect(
      after([
        [0, 0],
        [1000, 10],
        [2000, 4],
      ]),
    ).toEqual([{ at: 2000, done: 4 }]);
    const paused = addSample(
      skipPause(
        after([
          [0, 0],
          [1000, 1],
        ]),
        60_000,
      ),
      62_000,
      2,
    );
    expect(rateOf(paused)).toBeCloseTo(1, 6);
  });
});

describe('the time left', () => {
  it('is what is left divided by the rate, nothing when all is done, unknown without a rate', () => {
    expect(secondsLeft(25, 100, 5)).toBe(15);
    expect(secondsLeft(100, 100, null)).toBe(0);
    expect(secondsLeft(1, 100, null)).toBeNull();
  });

  it('is unknown as long as nobody knows how much there is to do', () => {
    expect(secondsLeft(0, 0, null)).toBeNull();
    expect(secondsLeft(0, 0, 5)).toBeNull();
  });
});
