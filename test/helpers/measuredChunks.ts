import { createRandom } from '../../main/base/stats/random.ts';
import { candidateNumbers, type Setting } from '../../main/services/divergence/numbers.rules.ts';
import { candidateScores, type MeasuredChunk } from '../../main/services/divergence/scores.rules.ts';

export const effort = { decodeSeconds: [0.5, 0.7, 0.8], secondsMetrics: 0.5, tokens: 1000 };

export const setting: Setting = { reference: { ppl: 6, pplInterval95: [5.8, 6.2] }, vocabulary: 32_000, isBase: false };

export interface Chunk {
  reference: { nll: Float64Array; baseNll: Float64Array };
  measured: MeasuredChunk;
}

/** Chunks as an engine might hand them over: the candidate's NLL is the reference's, `loss` more, and noise. */
export function made(seed: number, chunks: number, tokens: number, { loss = 0, noise = 0.1 } = {}): Chunk[] {
  const random = createRandom(seed);
  return Array.from({ length: chunks }, () => {
    const shift = 0.02 * random.normal();
    const nll = Float64Array.from({ length: tokens }, () => Math.exp(0.5 + random.normal()));
    const baseNll = nll.map((value) => value + 1e-4 * random.normal());
    const own = nll.map((value) => Math.max(1e-6, value + loss + shift * noise * 10 + noise * random.normal()));
    return {
      reference: { nll, baseNll },
      measured: {
        nll: own,
        kld: own.map((value, index) => (value - (nll[index] ?? 0)) ** 2 / 2 + 1e-7 * random.normal()),
        deltaP: Float32Array.from(own, (value, index) => Math.exp(-value) - Math.exp(-(baseNll[index] ?? 0))),
        sameTop: Uint8Array.from({ length: tokens }, () => (random.next() < 0.9 ? 1 : 0)),
      },
    };
  });
}

/** What a run makes of chunks, put together from the scores of each. */
export function numbersOf(chunks: readonly Chunk[], within: Setting = setting) {
  const scored = chunks.map(({ measured, reference }) => candidateScores(measured, reference));
  return candidateNumbers(
    scored.map(({ sums }) => sums),
    {
      kld: Float32Array.from(scored.flatMap(({ scores }) => [...scores.kld])),
      deltaP: Float32Array.from(scored.flatMap(({ scores }) => [...scores.deltaP])),
    },
    effort,
    within,
  );
}

/** Written out, for numbers to be held against. */
export const total = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0);
export const mean = (values: readonly number[]) => total(values) / values.length;
