import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../main/base/stats/random.ts';
import { candidateNumbers, histogramOf, referenceNumbers } from '../../main/services/divergence/numbers.rules.ts';
import {
  candidateScores,
  decodeCandidate,
  decodeReference,
  decodeSums,
  encodeCandidate,
  encodeReference,
  encodeSums,
  type MeasuredChunk,
  referenceSums,
  withoutCut,
} from '../../main/services/divergence/scores.rules.ts';
import { fewestChunks } from '../../main/services/divergence/verdict.rules.ts';
import { type Chunk, effort, made, mean, numbersOf, setting, total } from '../helpers/measuredChunks.ts';

/** sqrt((E[x²] − E[x]²) / (n − 1)), written out. */
const error = (values: readonly number[]) =>
  Math.sqrt((mean(values.map((one) => one * one)) - mean(values) ** 2) / (values.length - 1));

describe('the numbers of a candidate', () => {
  const chunks = made(7, 12, 40);
  const numbers = numbersOf(chunks);
  const own = chunks.flatMap(({ measured }) => [...measured.nll]);
  const base = chunks.flatMap(({ reference }) => [...reference.baseNll]);
  const kld = chunks.flatMap(({ measured }) => [...measured.kld]);
  const deltas = chunks.flatMap(({ measured }) => [...measured.deltaP]);

  it('are means with the errors of llama-perplexity', () => {
    expect(numbers.ppl).toBeCloseTo(Math.exp(mean(own)), 10);
    expect(numbers.pplError).toBeCloseTo(Math.exp(mean(own)) * error(own), 10);
    expect(numbers.lnPplRatio).toBeCloseTo(mean(own) - mean(base), 12);
    // The error with the covariance is that of the paired differences.
    expect(numbers.lnPplRatioError).toBeCloseTo(error(own.map((one, index) => one - (base[index] ?? 0))), 8);
    // The ratio itself rests on the exact reference, not on its 16 bits.
    const exact = chunks.flatMap(({ reference }) => [...reference.nll]);
    expect(numbers.pplRatio).toBeCloseTo(Math.exp(mean(own) - mean(exact)), 12);
    const paired = error(own.map((one, index) => one - (exact[index] ?? 0)));
    expect(numbers.pplRatioError).toBeCloseTo(numbers.pplRatio * paired, 8);
    expect(numbers.kld.mean).toBeCloseTo(mean(kld), 12);
    expect(numbers.kld.error).toBeCloseTo(error(kld), 12);
    expect(numbers.deltaP.mean).toBeCloseTo(mean(deltas), 12);
    const squares = deltas.map((one) => one * one);
    expect(numbers.deltaP.rms).toBeCloseTo(Math.sqrt(mean(squares)), 12);
    expect(numbers.deltaP.rmsError).toBeCloseTo((0.5 / Math.sqrt(mean(squares))) * error(squares), 12);
    const same = mean(chunks.flatMap(({ measured }) => [...measured.sameTop]));
    expect(numbers.sameTop.share).toBeCloseTo(same, 12);
    expect(numbers.sameTop.error).toBeCloseTo(Math.sqrt((same * (1 - same)) / (own.length - 1)), 12);
    expect(numbers.correlation).toBeGreaterThan(0.9);
    expect(numbers.tokensPerSecond).toBeCloseTo(500, 9);
  });

  it('are the same but for the ends of intervals with fewer draws, as long as a run goes on', () => {
    const few = numbersOf(chunks, { ...setting, replicates: 200 });
    expect({ ...few.kld, interval95: null }).toEqual({ ...numbers.kld, interval95: null });
    expect(few.pplRatio).toBe(numbers.pplRatio);
    expect(few.kld.interval95).not.toEqual(numbers.kld.interval95);
    const [low = 0, high = 0] = few.kld.interval95 ?? [];
    expect(low).toBeLessThan(numbers.kld.mean);
    expect(high).toBeGreaterThan(numbers.kld.mean);
  });

  it('have the percentiles of all tokens, and none below 100 tokens', () => {
    const sorted = kld.map((one) => Math.fround(one)).sort((one, other) => one - other);
    expect(numbers.kld.max).toBe(sorted.at(-1));
    expect(numbers.kld.min).toBe(sorted[0]);
    const place = 0.99 * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
    expect(numbers.kld.p99).toBeCloseTo(low + (place % 1) * (high - low), 12);
    const few = numbersOf(made(1, 2, 40));
    expect([few.kld.median, few.kld.max, few.deltaP.p75]).toEqual([null, null, null]);
  });

  it('have intervals that hold their value, from six chunks on', () => {
    for (const [interval, value] of [
      [numbers.pplInterval95, numbers.ppl],
      [numbers.lnPplRatioInterval95, numbers.lnPplRatio],
      [numbers.pplRatioInterval95, numbers.pplRatio],
      [numbers.kld.interval95, numbers.kld.mean],
      [numbers.deltaP.interval95, numbers.deltaP.mean],
      [numbers.deltaP.rmsInterval95, numbers.deltaP.rms],
      [numbers.sameTop.interval95, numbers.sameTop.share],
    ] as const) {
      expect(interval?.[0]).toBeLessThan(value);
      expect(interval?.[1]).toBeGreaterThan(value);
    }
    const few = numbersOf(made(1, fewestChunks - 1, 40));
    expect(few.kld.interval95).toBeNull();
    expect(few.verdict.kind).toBe('too little text');
    expect(numbersOf(made(1, fewestChunks, 40)).kld.interval95).not.toBeNull();
  });

  it('of a file against itself are no difference at all, though the reference went through 16 bits', () => {
    const same = made(3, 8, 30).map(({ reference }) => ({
      reference,
      measured: {
        nll: reference.nll,
        kld: new Float64Array(30),
        deltaP: Float32Array.from(
          reference.nll,
          (value, index) => Math.exp(-value) - Math.exp(-(reference.baseNll[index] ?? 0)),
        ),
        sameTop: new Uint8Array(30).fill(1),
      },
    }));
    const { lnPplRatio, kld: divergence, deltaP, sameTop, verdict, correlation } = numbersOf(same);
    expect([lnPplRatio, divergence.mean, divergence.max, deltaP.rms, deltaP.max, sameTop.share]).toEqual([
      0, 0, 0, 0, 0, 1,
    ]);
    expect(correlation).toBeCloseTo(1, 10);
    expect(verdict.kind).toBe('identical');
  });

  it('against its own base file are identical within 16 bits, though the file cuts what is unlikely', () => {
    const random = createRandom(5);
    const own = made(4, 8, 30).map(({ reference }) => {
      // Every tenth token is far below the cut; the file holds it at 16 nats, and the others rounded.
      const nll = reference.nll.map((value, index) => (index % 10 === 0 ? 30 + value : value));
      const held = nll.map((value) => (value > 16 ? 16 : value + 1e-4 * (random.next() - 0.5)));
      const measured: MeasuredChunk = {
        nll,
        kld: Float64Array.from(nll, () => 1e-4 * (random.next() - 0.5)),
        deltaP: new Float32Array(30),
        sameTop: new Uint8Array(30).fill(1),
      };
      const stored = { nll: held, baseNll: held };
      const { scores, sums } = candidateScores(measured, stored);
      return { scores, sums, kept: withoutCut(sums, scores, stored) };
    });
    const kld = Float32Array.from(own.flatMap(({ scores }) => [...scores.kld]));
    const deltaP = Float32Array.from(own.flatMap(({ scores }) => [...scores.deltaP]));
    const numbersBy = (isBase: boolean, sums: Float64Array[]) =>
      candidateNumbers(sums, { kld, deltaP }, effort, { ...setting, isBase });
    const kept = numbersBy(
      true,
      own.map((one) => one.kept),
    );
    expect(kept.verdict).toMatchObject({ kind: 'identical', sentence: expect.stringContaining('within the 16 bits') });
    expect(Math.abs(Math.log(kept.pplRatio))).toBeLessThan(1e-4);
    // What llama-perplexity prints stays as it is: the cut alone looks like a loss.
    expect(kept.lnPplRatio).toBeGreaterThan(1);
    const cut = numbersBy(
      false,
      own.map((one) => one.sums),
    );
    expect(cut.verdict.kind).toBe('clear loss');
  });

  it('are those of another model where KLD is 0 and only what it leaves out differs', () => {
    const [same, other] = [0, 1e-3].map((more) => {
      const equal = made(4, 8, 30).map(({ reference }): Chunk => {
        const zeros = reference.nll.map(() => 0);
        const nll = reference.nll.map((value) => value + more);
        return {
          reference,
          measured: { nll, kld: zeros, deltaP: new Float32Array(30), sameTop: new Uint8Array(30).fill(1) },
        };
      });
      return numbersOf(equal).verdict.kind;
    });
    expect(same).toBe('identical');
    expect(other).not.toBe('identical');
  });

  it('of the reference alone are its perplexity and its speed', () => {
    const alone = referenceNumbers(
      chunks.map(({ reference }) => referenceSums(reference)),
      effort,
    );
    const exact = chunks.flatMap(({ reference }) => [...reference.nll]);
    expect(alone.ppl).toBeCloseTo(Math.exp(mean(exact)), 10);
    expect(alone.pplError).toBeCloseTo(Math.exp(mean(exact)) * error(exact), 10);
  });

  it('come back from the store as they went in', () => {
    const [first] = chunks;
    if (first === undefined) throw new Error('no chunk');
    const { scores, sums } = candidateScores(first.measured, first.reference);
    expect(decodeCandidate(encodeCandidate(scores))).toEqual(scores);
    expect(decodeSums(encodeSums(sums))).toEqual(sums);
    const stored = {
      tokens: Int32Array.from({ length: 40 }, (_, index) => index * 7),
      places: Int32Array.from({ length: 40 }, (_, index) => index),
      ...first.reference,
    };
    expect(decodeReference(encodeReference(stored))).toEqual(stored);
    // A row of the store may begin anywhere in a larger buffer.
    const shifted = new Uint8Array(encodeCandidate(scores).length + 3);
    shifted.set(encodeCandidate(scores), 3);
    expect(decodeCandidate(shifted.subarray(3))).toEqual(scores);
  });
});

describe('the histogram of KLD', () => {
  it('counts every token once, in bins that join without a gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: -1e-6, max: 20, noNaN: true })), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 5, max: 80 }),
        (values, bins) => {
          const sorted = Float32Array.from(values).sort();
          const found = histogramOf(sorted, bins);
          expect(found.zeroOrBelow + total(found.bins.map(({ count }) => count))).toBe(values.length);
          found.bins.slice(1).forEach(({ from }, index) => {
            expect(from).toBe(found.bins[index]?.to);
          });
        },
      ),
    );
  });
});

describe('verdicts of measured chunks', () => {
  it('are no loss, or nothing, of a candidate that only makes noise in nearly all texts, and a loss where there is one', () => {
    let alarms = 0;
    let found = 0;
    for (let seed = 1; seed <= 100; seed++) {
      if (/loss|mixed/.test(numbersOf(made(seed, 12, 60)).verdict.kind)) alarms++;
      if (numbersOf(made(seed, 20, 60, { loss: 0.2 })).verdict.kind === 'clear loss') found++;
    }
    // Two grounds with 2.5 % each, correlated: 5 % at most; two standard errors of 100 texts more.
    expect(alarms).toBeLessThanOrEqual(9);
    expect(found).toBe(100);
  });
});
