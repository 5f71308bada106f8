import { describe, expect, it } from 'vitest';
import { allFinite } from '../../main/services/divergence/finite.rules.ts';
import { referenceNumbers } from '../../main/services/divergence/numbers.rules.ts';
import { referenceSums } from '../../main/services/divergence/scores.rules.ts';
import { type Chunk, effort, made, mean, numbersOf, setting } from '../helpers/measuredChunks.ts';

describe('few chunks, of which one carries nearly all', () => {
  const heavy = (index: number) => (index === 0 ? 2 : 0.001 * (1 + (index % 3) * 0.1));
  const chunks = Array.from({ length: 12 }, (_, index): Chunk => {
    const nll = new Float64Array(12).fill(heavy(index));
    const kld = nll.map((value) => value / 100);
    const [deltaP, sameTop] = [new Float32Array(12).fill(-0.01), new Uint8Array(12)];
    return {
      reference: { nll, baseNll: nll },
      measured: { nll: nll.map((value) => value * 1.1), kld, deltaP, sameTop },
    };
  });

  it('have a perplexity without an interval and a verdict that says so, and no number that is none', () => {
    const alone = referenceNumbers(
      chunks.map(({ reference }) => referenceSums(reference)),
      effort,
    );
    expect(alone.ppl).toBeCloseTo(Math.exp(mean(chunks.map((_, index) => heavy(index)))), 10);
    expect(alone.pplInterval95).toBeNull();
    const numbers = numbersOf(chunks, { ...setting, reference: alone });
    expect(allFinite(numbers)).toBe(true);
    expect(numbers.verdict).toMatchObject({
      kind: 'text unsuited',
      sentence: expect.stringContaining('cannot be told'),
    });
  });

  it('give no perplexity an end below 1, which none has', () => {
    const [low = 0] = numbersOf(made(3, 8, 20).map(lightened)).pplInterval95 ?? [];
    expect(low).toBeGreaterThanOrEqual(1);
  });

  it('give no change of probability an end beyond 1, which none has', () => {
    const { rms, rmsInterval95, interval95 } = numbersOf(lopsided([-0.9, 0.9, -0.8, 0.2])).deltaP;
    expect(rmsInterval95?.[0]).toBeLessThan(rms);
    expect(rmsInterval95?.[1]).toBe(1);
    expect(interval95?.every((end) => Math.abs(end) <= 1)).toBe(true);
    const all = numbersOf(lopsided([-1, 1, -1, 0.9, 0.1])).deltaP;
    expect(all.interval95?.[0]).toBe(-1);
    // Where fewer chunks carry it, an end could lie anywhere.
    expect(numbersOf(lopsided([-0.9, 0.7])).deltaP.rmsInterval95).toBeNull();
  });
});

/** Six chunks, of which a few say nearly all: what their only token lost of its probability. */
function lopsided(changes: readonly number[]): Chunk[] {
  return made(5, 6, 20).map(({ reference, measured }, index) => {
    const deltaP = new Float32Array(20).fill(changes[index] ?? 1e-4 * (index + 1));
    return { reference, measured: { ...measured, deltaP } };
  });
}

/** Nearly nothing but one token. */
function lightened({ reference, measured }: Chunk): Chunk {
  const nll = measured.nll.map((value, index) => (index === 0 ? value : 1e-6));
  return { reference, measured: { ...measured, nll } };
}
