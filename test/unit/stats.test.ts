import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval } from '../../main/base/stats/clopperPearson.ts';
import { clusterMeans } from '../../main/base/stats/clusterMeans.ts';
import { clusterShare } from '../../main/base/stats/clusterShare.ts';
import { mostClusters, together } from '../../main/base/stats/clusters.ts';
import { incompleteBeta, normalBelow, studentBelow, studentQuantile } from '../../main/base/stats/distributions.ts';
import {
  covarianceOfMeans,
  differenceOf,
  exponentialOf,
  meanOf,
  rootOf,
  shareOf,
} from '../../main/base/stats/moments.ts';
import { percentile } from '../../main/base/stats/percentile.ts';
import { createRandom } from '../../main/base/stats/random.ts';
import { wilsonInterval } from '../../main/base/stats/wilson.ts';

const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);

describe('percentiles', () => {
  it('interpolate at f·(n − 1)', () => {
    const sorted = [15, 20, 35, 40, 50];
    // numpy.percentile([15, 20, 35, 40, 50], 40) of its documentation's kind: 0.4 · 4 = 1.6, so 20 + 0.6 · 15.
    expect(percentile(sorted, 0.4)).toBeCloseTo(29, 12);
    expect(percentile(sorted, 0)).toBe(15);
    expect(percentile(sorted, 1)).toBe(50);
    expect(percentile(sorted, 0.5)).toBe(35);
    expect(percentile([1, 2], 0.5)).toBe(1.5);
    expect(percentile([7], 0.999)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('are monotonic in the share and stay within the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, one, other) => {
          const sorted = Float64Array.from(values).sort();
          const [low, high] = [percentile(sorted, Math.min(one, other)), percentile(sorted, Math.max(one, other))];
          expect(low).toBeLessThanOrEqual(high + 1e-9);
          expect(low).toBeGreaterThanOrEqual((sorted[0] ?? 0) - 1e-9);
          expect(high).toBeLessThanOrEqual((sorted.at(-1) ?? 0) + 1e-9);
        },
      ),
    );
  });
});

describe('means and their errors', () => {
  const x = [2, 4, 4, 4, 5, 5, 7, 9, 2, 4, 4, 4, 5, 5, 7, 9];
  const y = x.map((value, index) => 3 * value + (index % 2));

  it('have the closed form: mean 5, population variance 4, so error sqrt(4 / 15)', () => {
    expect(meanOf(sum(x), sum(x.map((one) => one ** 2)), x.length)).toEqual({ value: 5, error: Math.sqrt(4 / 15) });
  });

  it('have no error up to ten values, as llama-perplexity prints', () => {
    expect(meanOf(30, 120, 10).error).toBe(0);
    expect(meanOf(0, 0, 0)).toEqual({ value: 0, error: 0 });
  });

  it('of a difference of correlated values are those of the differences themselves', () => {
    const estimate = (values: number[]) => meanOf(sum(values), sum(values.map((one) => one ** 2)), values.length);
    const covariance = covarianceOfMeans(sum(x), sum(y), sum(x.map((one, index) => one * (y[index] ?? 0))), x.length);
    const direct = estimate(y.map((one, index) => one - (x[index] ?? 0)));
    const difference = differenceOf(estimate(y), estimate(x), covariance);
    expect(difference.value).toBeCloseTo(direct.value, 12);
    expect(difference.error).toBeCloseTo(direct.error, 12);
  });

  it('go through exp and root to the first order', () => {
    expect(exponentialOf({ value: Math.log(8), error: 0.01 }).error).toBeCloseTo(0.08, 12);
    expect(rootOf({ value: 9, error: 0.6 })).toEqual({ value: 3, error: 0.09999999999999999 });
    expect(rootOf({ value: 0, error: 0 })).toEqual({ value: 0, error: 0 });
    expect(shareOf(60, 101).error).toBeCloseTo(Math.sqrt((60 / 101) * (41 / 101)) / 10, 12);
    expect(shareOf(1, 1)).toEqual({ value: 1, error: 0 });
  });
});

describe('distributions', () => {
  it('give the tabulated quantiles of Student’s t', () => {
    // The usual table: t(0.975) for 1, 2, 5, 10, 30 degrees of freedom.
    const table: [degrees: number, t: number][] = [
      [1, 12.7062],
      [2, 4.30265],
      [5, 2.57058],
      [10, 2.22814],
      [30, 2.04227],
      [1e6, 1.95997],
    ];
    for (const [degrees, t] of table) expect(studentQuantile(0.975, degrees)).toBeCloseTo(t, 4);
    expect(studentBelow(-2.57058, 5)).toBeCloseTo(0.025, 5);
    expect(studentQuantile(0.025, 10)).toBeCloseTo(-2.22814, 4);
  });

  it('give the tabulated normal shares and the closed forms of the beta function', () => {
    expect(normalBelow(1.959964)).toBeCloseTo(0.975, 7);
    expect(normalBelow(-3)).toBeCloseTo(0.001349898, 9);
    expect(normalBelow(-40)).toBe(0);
    // I_x(1, b) = 1 − (1 − x)^b; I_x(2, 2) = x²(3 − 2x).
    expect(incompleteBeta(0.3, 1, 4)).toBeCloseTo(1 - 0.7 ** 4, 12);
    expect(incompleteBeta(0.8, 2, 2)).toBeCloseTo(0.64 * 1.4, 12);
  });
});

describe('Wilson’s interval', () => {
  it('is that of Newcombe (1998), table I', () => {
    const published: [hits: number, count: number, low: number, high: number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [hits, count, low, high] of published) {
      const found = wilsonInterval(hits, count);
      expect(found[0]).toBeCloseTo(low, 4);
      expect(found[1]).toBeCloseTo(high, 4);
    }
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
    expect(wilsonInterval(20, 20)[1]).toBe(1);
  });
});

describe('what is drawn at random', () => {
  it('draws evenly: xoshiro128** by its mean, its variance and its chunks', () => {
    const random = createRandom(42);
    const drawn = Array.from({ length: 100_000 }, () => random.next());
    expect(sum(drawn) / drawn.length).toBeCloseTo(0.5, 2);
    expect(sum(drawn.map((one) => (one - 0.5) ** 2)) / drawn.length).toBeCloseTo(1 / 12, 3);
    const bins = new Array<number>(10).fill(0);
    for (const one of drawn) bins[Math.floor(one * 10)] = (bins[Math.floor(one * 10)] ?? 0) + 1;
    // Chi-square with 9 degrees of freedom: below 27.9 in 99.9 % of seeds.
    expect(sum(bins.map((count) => (count - 10_000) ** 2 / 10_000))).toBeLessThan(27.9);
  });
});

describe('intervals of shares over chunks', () => {
  const share = { of: 1, over: 0 };

  it('are Clopper-Pearson’s of as many tokens as there are, where all or none hit', () => {
    const chunks = (hits: number) => Array.from({ length: 8 }, () => [25, hits]);
    expect(clusterShare(chunks(25), share)).toEqual(clopperPearsonInterval(200, 200));
    expect(clusterShare(chunks(0), share)).toEqual(clopperPearsonInterval(0, 200));
    expect(clusterShare(chunks(5).slice(1, 2), share)).toBeNull();
    expect(clusterShare([], share)).toBeNull();
  });

  it('are those of fewer tokens where chunks differ, by Korn and Graubard’s effective number', () => {
    // Hits 2, 4, 6, 8 of 10 each: p = 1/2, v = 4/3 · (9 + 1 + 1 + 9)/40² = 1/60, so 15 tokens · (t(39)/t(3))².
    const chunks = [2, 4, 6, 8].map((hits) => [10, hits]);
    const independent = 15 * (2.022691 / 3.182446) ** 2;
    const found = clusterShare(chunks, share);
    const expected = clopperPearsonInterval(independent / 2, independent);
    expect(found?.[0]).toBeCloseTo(expected[0], 6);
    expect(found?.[1]).toBeCloseTo(expected[1], 6);
  });

  it.each([
    [40, 63, 0.995],
    [20, 255, 0.999],
    [10, 255, 0.998],
    [6, 127, 0.9],
  ])('hold the truth in 95 % of texts of %i chunks of %i tokens at a share of %f', (count, tokens, truth) => {
    const random = createRandom(count);
    const texts = 500;
    let held = 0;
    for (let text = 0; text < texts; text++) {
      const hits = () => sum(Array.from({ length: tokens }, () => (random.next() < truth ? 1 : 0)));
      const chunks = Array.from({ length: count }, () => [tokens, hits()]);
      const [low, high] = clusterShare(chunks, share) ?? [1, 0];
      if (low <= truth && truth <= high) held++;
    }
    expect(held / texts).toBeGreaterThanOrEqual(0.94);
  });
});

describe('intervals of means over chunks', () => {
  const texts = 1000;
  /** Share of texts whose interval holds the true mean, and how often it lies wholly above or below it. */
  function coverage(count: number, truth: number, scale: 'plain' | 'logarithmic', value: (normal: number) => number) {
    const missed = { above: 0, below: 0 };
    for (let seed = 1; seed <= texts; seed++) {
      const random = createRandom(seed * 7919);
      const sums = Array.from({ length: count }, () => [20, 20 * value(random.normal())]);
      const means = [{ of: 1, over: 0, scale }];
      const [low, high] = clusterMeans(sums, means, { seed, replicates: 200 })?.[0] ?? [0, 0];
      if (low > truth) missed.above++;
      if (high < truth) missed.below++;
    }
    return { held: 1 - (missed.above + missed.below) / texts, ...missed };
  }

  it.each([6, 26])('hold the truth in 93 % of texts at least, from %i chunks on, also of a skewed measure', (count) => {
    expect(coverage(count, 0, 'plain', (normal) => normal).held).toBeGreaterThanOrEqual(0.93);
    const skewed = coverage(count, Math.exp(0.125), 'logarithmic', (normal) => Math.exp(0.5 * normal));
    expect(skewed.held).toBeGreaterThanOrEqual(0.93);
  });

  it('hold it where the classic error, which takes tokens for independent, holds it in far fewer', () => {
    let held = 0;
    let classic = 0;
    const few = 300;
    for (let seed = 1; seed <= few; seed++) {
      const random = createRandom(seed * 7919);
      const text = Array.from({ length: 12 }, () => {
        const deviation = random.normal();
        return Array.from({ length: 20 }, () => 5 + 0.5 * deviation + random.normal());
      });
      const sums = text.map((values) => [values.length, sum(values)]);
      const [low, high] = clusterMeans(sums, [{ of: 1, over: 0 }], { seed, replicates: 200 })?.[0] ?? [0, 0];
      if (low <= 5 && 5 <= high) held++;
      const all = text.flat();
      const { value, error } = meanOf(sum(all), sum(all.map((one) => one * one)), all.length);
      if (Math.abs(value - 5) <= 1.96 * error) classic++;
    }
    expect(held / few).toBeGreaterThan(0.92);
    expect(classic / few).toBeLessThan(0.75);
  });

  it('put more chunks than are drawn together with their neighbours, without losing any', () => {
    const random = createRandom(5);
    const many = Array.from({ length: 3 * mostClusters + 11 }, () => [4, 20 + random.normal()]);
    const joined = together(many);
    expect(joined).toHaveLength(mostClusters);
    expect(sum(joined.map((chunk) => chunk[0] ?? 0))).toBe(4 * many.length);
    expect(sum(joined.map((chunk) => chunk[1] ?? 0))).toBeCloseTo(sum(many.map((chunk) => chunk[1] ?? 0)), 6);
    const [low, high] = clusterMeans(many, [{ of: 1, over: 0 }], { replicates: 200 })?.[0] ?? [0, 0];
    expect(low).toBeGreaterThan(4.9);
    expect(high).toBeLessThan(5.1);
  });

  it('take chunks for what they count, and have no width where all are the same', () => {
    const sums = [
      [10, 5],
      [20, 10],
      [40, 20],
    ];
    expect(clusterMeans(sums, [{ of: 1, over: 0 }])).toEqual([[0.5, 0.5]]);
    expect(clusterMeans(sums.slice(1, 2), [{ of: 1, over: 0 }])).toBeNull();
  });

  it('are not told where one chunk carries nearly all of the spread', () => {
    const random = createRandom(3);
    const sums = Array.from({ length: 7 }, (_, chunk) => [1, chunk === 4 ? 1 : 1e-3 * random.normal()]);
    expect(clusterMeans(sums, [{ of: 1, over: 0 }])).toEqual([null]);
    // Of many chunks a draw hardly misses all that lie far out.
    const many = Array.from({ length: 70 }, (_, chunk) => [1, chunk % 10 === 4 ? 1 : 1e-3 * random.normal()]);
    const [low, high] = clusterMeans(many, [{ of: 1, over: 0 }])?.[0] ?? [0, 0];
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(0.5);
  });

  it('have no end a hundred times as far out as a mean that leans to one side', () => {
    let told = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const sums = Array.from({ length: 20 }, () => [3, 0.001 * Math.exp(2.5 * random.normal())]);
      const mean = sums.reduce((sum, [, value]) => sum + (value ?? 0), 0) / 60;
      const [low, high] =
        clusterMeans(sums, [{ of: 1, over: 0, scale: 'logarithmic' }], { seed, replicates: 200 })?.[0] ?? [];
      if (low === undefined || high === undefined) continue;
      told++;
      expect([low * 100 >= mean, high <= 100 * mean], String(seed)).toEqual([true, true]);
    }
    // Both kinds come up, or this shows nothing.
    expect(told).toBeGreaterThan(20);
    expect(told).toBeLessThan(200);
  });

  it('hold the value, are the same for the same seed, and stay finite where one chunk alone differs', () => {
    const sums = Array.from({ length: 9 }, (_, chunk) => [50, chunk === 4 ? 1 : 0]);
    const [low, high] = clusterMeans(sums, [{ of: 1, over: 0, scale: 'logarithmic' }])?.[0] ?? [0, 0];
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(1 / 450);
    expect(high).toBeGreaterThan(1 / 450);
    expect(Number.isFinite(high)).toBe(true);
    const one = (seed: number) =>
      clusterMeans(
        [
          [1, 3],
          [1, 4],
          [1, 9],
          [1, 1],
        ],
        [{ of: 1, over: 0 }],
        { seed },
      );
    expect(one(3)).toEqual(one(3));
  });
});
