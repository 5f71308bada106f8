import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firmTokens } from '../../main/services/compare/playground/playground.rules.ts';
import type { Model } from '../../preload/contract/models.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';

const never = new AbortController().signal;

let fixture: EngineFixture;
let model: Model;
const ask = (over: Parameters<typeof requestOf>[1] = {}) =>
  answerOf(fixture.engine.generate(requestOf(model, over), never));

beforeAll(async () => {
  fixture = await openEngineFixture();
  model = await fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), randomLlama({ endless: true })));
}, 120_000);
afterAll(() => fixture.close());

describe('an answer that goes on behind tokens that were there', { timeout: 120_000 }, () => {
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

describe('what the engine holds of a conversation', { timeout: 120_000 }, () => {
  type Messages = NonNullable<Parameters<typeof requestOf>[1]>['messages'];
  const first: Messages = [{ role: 'user', text: 'a first turn of some length, so that there is something to keep' }];

  /** The answer, and how many of its prompt's tokens were in the cache. */
  async function askOf(messages: Messages, over: Parameters<typeof requestOf>[1] = {}) {
    let kept = -1;
    const events = fixture.engine.generate(requestOf(model, { messages, ...over }), never);
    const answer = await answerOf(
      (async function* () {
        for await (const event of events) {
          if (event.type === 'started') kept = event.keptTokens;
          yield event;
        }
      })(),
    );
    return { ...answer, kept, ids: answer.tokens.map(({ id }) => id) };
  }

  it('is not read again where that was allowed, and the answer is the same', async () => {
    const one = await askOf(first);
    expect(one.kept).toBe(0);
    const longer: Messages = [
      ...(first ?? []),
      { role: 'assistant', text: one.text },
      { role: 'user', text: 'and more' },
    ];
    const plain = await askOf(longer);
    expect(plain.kept).toBe(0);

    await askOf(first, { reuse: true });
    const quick = await askOf(longer, { reuse: true });
    expect(quick.kept).toBeGreaterThan((one.stats?.promptTokens ?? 0) - 3);
    expect(quick.stats?.promptTokens).toBe(plain.stats?.promptTokens);
    expect(quick.ids).toEqual(plain.ids);
    for (const [index, { logprob }] of quick.tokens.entries())
      expect(logprob).toBeCloseTo(plain.tokens[index]?.logprob ?? 0, 2);

    // The same once more: all of it is there but the last token, whose logits are needed.
    const again = await askOf(longer, { reuse: true });
    expect(again.kept).toBe((plain.stats?.promptTokens ?? 0) - 1);
    expect(again.ids).toEqual(plain.ids);
    // Another branch keeps what it shares.
    const branch = await askOf(
      [...(first ?? []), { role: 'assistant', text: one.text }, { role: 'user', text: 'something else' }],
      { reuse: true },
    );
    expect(branch.kept).toBeGreaterThan(one.stats?.promptTokens ?? 0);
    expect(branch.kept).toBeLessThan(again.kept);
  });

  it('has no part in an answer that did not ask for it: the numbers are those of an empty cache, bit by bit', async () => {
    const before = await askOf(first);
    await askOf(first, { reuse: true });
    await askOf([{ role: 'user', text: 'a first turn of another kind' }], { reuse: true });
    const after = await askOf(first);
    expect(after.kept).toBe(0);
    expect(after.tokens.map(({ id, logprob }) => [id, logprob])).toEqual(
      before.tokens.map(({ id, logprob }) => [id, logprob]),
    );
  });

  it('is right also behind an answer that was stopped in the middle', async () => {
    const stop = new AbortController();
    const sampler = { maxTokens: 100_000 };
    await answerOf(
      fixture.engine.generate(requestOf(model, { messages: first, reuse: true, sampler }), stop.signal),
      () => stop.abort(),
    );
    const quick = await askOf(first, { reuse: true });
    expect(quick.kept).toBeGreaterThan(0);
    expect(quick.ids).toEqual((await askOf(first)).ids);
  });
});
