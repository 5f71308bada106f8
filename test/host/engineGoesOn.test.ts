import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firmTokens } from '../../main/services/compare/playground/playground.rules.ts';
import type { Model } from '../../preload/contract/models.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';

const never = new AbortController().signal;

describe('an answer that goes on behind tokens that were there', { timeout: 120_000 }, () => {
  let fixture: EngineFixture;
  let model: Model;
  const ask = (over: Parameters<typeof requestOf>[1] = {}) =>
    answerOf(fixture.engine.generate(requestOf(model, over), never));

  beforeAll(async () => {
    fixture = await openEngineFixture();
    model = await fixture.models.resolve(
      writeModel(join(fixture.folder, 'model.gguf'), randomLlama({ endless: true })),
    );
  });
  afterAll(() => fixture.close());

  it.each([
    { how: 'greedy', sampler: {} },
    { how: 'with a repeat penalty, which counts them', sampler: { temperature: 0.01, topK: 1, repeatPenalty: 1.4 } },
  ])('is the one that would have come, $how', async ({ sampler }) => {
    const whole = await ask({ sampler: { ...sampler, maxTokens: 48 } });
    const ids = whole.tokens.map(({ id }) => id);
    for (const about of [1, 20, 47]) {
      // Behind whole characters: what a random model writes holds broken ones.
      const had = firmTokens(whole.tokens.slice(0, about), []).length;
      const rest = await ask({ written: ids.slice(0, had), sampler: { ...sampler, maxTokens: 48 - had } });
      expect(
        rest.tokens.map(({ id }) => id),
        `behind ${had}`,
      ).toEqual(ids.slice(had));
      expect(rest.text).toBe(
        whole.tokens
          .slice(had)
          .map(({ text }) => text)
          .join(''),
      );
      expect(rest.stats).toMatchObject({ tokenCount: 48 - had, promptTokens: (whole.stats?.promptTokens ?? 0) + had });
    }
  });

  it('ends a JSON value that was begun', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { kind: { enum: ['cat', 'dog'] }, sure: { type: 'boolean' } },
      required: ['kind', 'sure'],
      additionalProperties: false,
    });
    const whole = await ask({ schema, sampler: { maxTokens: 200 } });
    for (let had = 1; had < whole.tokens.length; had += 3) {
      const written = whole.tokens.slice(0, had);
      const rest = await ask({ schema, written: written.map(({ id }) => id), sampler: { maxTokens: 200 } });
      expect(written.map(({ text }) => text).join('') + rest.text).toBe(whole.text);
      expect(rest.stats?.stopReason).toBe('end');
    }
  });

  it('is refused when they fill the context already', async () => {
    const { tokens } = await ask({ contextSize: 64, sampler: { maxTokens: 500 } });
    const written = tokens.map(({ id }) => id);
    await expect(ask({ contextSize: 64, written })).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});
