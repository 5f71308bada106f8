import { describe, expect, it } from 'vitest';
import { createRandom } from '../../main/base/stats/random.ts';
import { speedOf } from '../../main/services/divergence/speed.rules.ts';

const effort = (decodeSeconds: number[], tokens = 512) => ({
  decodeSeconds,
  secondsMetrics: 0,
  tokens: tokens * decodeSeconds.length,
});

describe('the speed of a model in a run', () => {
  it('is all tokens by all seconds, and none where nothing was decoded', () => {
    expect(speedOf(effort([1, 3], 100))).toMatchObject({ secondsDecode: 4, tokensPerSecond: 50 });
    expect(speedOf(effort([0, 0]))).toEqual({
      secondsDecode: 0,
      tokensPerSecond: null,
      tokensPerSecondInterval95: null,
    });
  });

  it('has an interval that is wider where times are less even', () => {
    const even = speedOf(effort([1, 1.01, 0.99, 1.02, 0.98, 1.005]));
    const uneven = speedOf(effort([1, 1.4, 0.7, 1.6, 0.6, 1.005]));
    const width = ([low, high]: readonly [number, number] = [0, 0]) => high - low;
    for (const { tokensPerSecond, tokensPerSecondInterval95: ends } of [even, uneven]) {
      expect(ends?.[0]).toBeLessThan(tokensPerSecond ?? 0);
      expect(ends?.[1]).toBeGreaterThan(tokensPerSecond ?? 0);
    }
    expect(width(uneven.tokensPerSecondInterval95 ?? undefined)).toBeGreaterThan(
      10 * width(even.tokensPerSecondInterval95 ?? undefined),
    );
  });

  it('has one by Student’s t with a few times, and none with one', () => {
    // Logarithms ±0.1 about their mean: half of the width is 12.706 · 0.1414 / √2.
    const two = speedOf(effort([Math.exp(0.1), Math.exp(-0.1)], 100));
    const [low = 0, high = 0] = two.tokensPerSecondInterval95 ?? [];
    expect(Math.log(high / low) / 2).toBeCloseTo(1.2706, 3);
    expect(Math.sqrt(low * high)).toBeCloseTo(two.tokensPerSecond ?? 0, 6);
    expect(speedOf(effort([2, 2, 2])).tokensPerSecondInterval95).toBeNull();
  });

  it('takes chunks that were read together as one time, for their parts are equal', () => {
    const times = [1, 1.1, 0.9, 1.2, 0.8, 1.05];
    const parts = times.flatMap((seconds) => [seconds / 4, seconds / 4, seconds / 4, seconds / 4]);
    const [low = 0, high = 0] = speedOf(effort(times)).tokensPerSecondInterval95 ?? [];
    const ends = speedOf(effort(parts, 128)).tokensPerSecondInterval95 ?? [0, 0];
    expect(ends[0]).toBeCloseTo(low, 6);
    expect(ends[1]).toBeCloseTo(high, 6);
  });

  it.each([
    [20, 0.92, 0.99],
    // Too few for a lean to one side to even out.
    [3, 0.86, 0.99],
  ])('holds the speed of a machine with delays in nearly 95 of 100 runs of %i times', (count, least, most) => {
    const random = createRandom(7);
    let held = 0;
    const runs = 400;
    for (let run = 0; run < runs; run++) {
      // Exponential on top of what it takes at least: the mean is 1.2 s.
      const times = Array.from(
        { length: count },
        () => 1 - 0.2 * Math.log(1 - (random.index(2 ** 30) + 0.5) / 2 ** 30),
      );
      const [low, high] = speedOf(effort(times, 120), 400).tokensPerSecondInterval95 ?? [0, 0];
      if (low <= 100 && high >= 100) held++;
    }
    expect(held / runs).toBeGreaterThan(least);
    expect(held / runs).toBeLessThan(most);
  });
});
