import { expect } from 'vitest';
import type { Model } from '../../preload/contract/models.ts';
import type { BareEngine } from './bareEngine.ts';
import { answerOf, type EngineFixture, requestOf } from './engineFixture.ts';

const never = new AbortController().signal;

/** Holds every token of several answers against the probabilities of the whole vocabulary, as node-llama-cpp's public loop gives them. */
export async function tellsLogprobs(fixture: EngineFixture, model: Model, bare: BareEngine): Promise<void> {
  const settings = [
    { temperature: 0 },
    { temperature: 0.8, seed: 5 },
    { temperature: 1.6, seed: 6, topK: 0, topP: 1, minP: 0 },
    { temperature: 1, seed: 7, repeatPenalty: 1.5, topK: 20 },
  ];
  for (const sampler of settings) {
    const { tokens } = await answerOf(fixture.engine.generate(requestOf(model, { sampler, alternatives: 3 }), never));
    expect(tokens.length).toBe(24);
    const prompt = await bare.promptOf([{ role: 'user', text: 'hello world' }]);
    const whole = await bare.distributions(
      prompt,
      tokens.map(({ id }) => id),
    );
    tokens.forEach((token, index) => {
      const distribution = whole[index] ?? new Map<number, number>();
      const expected = [...distribution].sort((one, other) => other[1] - one[1]).slice(0, 3);
      expect(token.logprob, `${JSON.stringify(sampler)} token ${index}`).toBeCloseTo(
        Math.log(distribution.get(token.id) ?? 0),
        3,
      );
      expect(token.alternatives?.map(({ id }) => id)).toEqual(expected.map(([id]) => id));
      token.alternatives?.forEach(({ logprob }, rank) => {
        expect(logprob).toBeCloseTo(Math.log(expected[rank]?.[1] ?? 0), 3);
      });
    });
  }
}
