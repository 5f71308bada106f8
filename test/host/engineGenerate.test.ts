import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../preload/contract/models.ts';
import { type BareEngine, openBareEngine } from '../helpers/bareEngine.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { tellsLogprobs } from '../helpers/logprobs.ts';

const never = new AbortController().signal;

describe('an answer', { timeout: 120_000 }, () => {
  let fixture: EngineFixture;
  let model: Model;
  let bare: BareEngine;
  const ask = (over: Parameters<typeof requestOf>[1] = {}) =>
    answerOf(fixture.engine.generate(requestOf(model, over), never));

  beforeAll(async () => {
    fixture = await openEngineFixture();
    const path = writeModel(join(fixture.folder, 'model.gguf'), randomLlama());
    model = await fixture.models.resolve(path);
    bare = await openBareEngine(path, 512);
  });
  afterAll(async () => {
    await bare.close();
    await fixture.close();
  });

  it('has the tokens that a bare greedy loop of node-llama-cpp makes of the same chat', async () => {
    const { tokens, stats } = await ask();
    const prompt = await bare.promptOf([{ role: 'user', text: 'hello world' }]);
    expect(stats?.promptTokens).toBe(prompt.length);
    expect(tokens.map(({ id }) => id)).toEqual(await bare.greedy(prompt, 24));
  });

  it('is fed exactly what a chat session feeds, with system prompt and several turns', async () => {
    const messages = [
      { role: 'user' as const, text: 'one' },
      { role: 'assistant' as const, text: 'two {"a": 1}' },
      { role: 'user' as const, text: 'three\n<|end|>' },
    ];
    const { tokens, stats } = await ask({ messages, system: 'be brief' });
    const prompt = await bare.promptOf(messages, 'be brief');
    expect(stats?.promptTokens).toBe(prompt.length);
    expect(tokens.map(({ id }) => id)).toEqual(await bare.greedy(prompt, 24));
  });

  it('without a system prompt is fed what the template makes of none; an empty one that was set is an empty turn', async () => {
    const chatTemplate =
      "{% if messages[0]['role'] != 'system' %}<|system|>the model's own words<|end|>{% endif %}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";
    const path = writeModel(join(fixture.folder, 'own-words.gguf'), randomLlama({ chatTemplate, seed: 4 }));
    const own = await fixture.models.resolve(path);
    const fed = async (system?: string) =>
      (await answerOf(fixture.engine.generate(requestOf(own, system === undefined ? {} : { system }), never))).stats
        ?.promptTokens ?? 0;
    const [none, empty, same] = [await fed(), await fed(''), await fed("the model's own words")];
    expect(none).toBe(same);
    expect(empty).toBeLessThan(none);
    await fixture.engine.unload(own.id);
  });

  it('tells each token its log-probability at temperature 1 over the whole vocabulary, however it was sampled', () =>
    tellsLogprobs(fixture, model, bare));

  it('comes again from the same seed, and differs from another', async () => {
    const sampler = { temperature: 1, topP: 1, minP: 0, maxTokens: 32 };
    const ids = async (seed: number) => (await ask({ sampler: { ...sampler, seed } })).tokens.map(({ id }) => id);
    const first = await ids(11);
    expect(await ids(11)).toEqual(first);
    expect(await ids(12)).not.toEqual(first);
    // llama.cpp takes this one for "any": here it is a seed like the others.
    expect(await ids(4_294_967_295)).toEqual(await ids(4_294_967_295));
  });

  it('does not depend on what was asked before', async () => {
    const first = await ask();
    await ask({ messages: [{ role: 'user', text: 'something else altogether, and longer' }] });
    expect((await ask()).tokens.map(({ id, logprob }) => [id, logprob])).toEqual(
      first.tokens.map(({ id, logprob }) => [id, logprob]),
    );
  });

  it('joins from its token texts, multi-byte characters whole', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { tokens, text } = await ask({
        sampler: { temperature: 1.5, seed, maxTokens: 120, topK: 0, topP: 1, minP: 0 },
      });
      expect(text).toBe(bare.textOf(tokens.map(({ id }) => id)));
    }
  });

  it('ends before a stop text, which is no part of it', async () => {
    const { text } = await ask({ sampler: { maxTokens: 60 } });
    const stop = [...text].slice(12, 15).join('');
    const stopped = await ask({ sampler: { maxTokens: 60, stop: ['never in it', stop] } });
    expect(stopped.stats?.stopReason).toBe('stop');
    expect(stopped.text).toBe(text.slice(0, text.indexOf(stop)));
    expect(stopped.tokens.length).toBe(stopped.stats?.tokenCount);
  });

  it('obeys a JSON schema, greedy and sampled', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { kind: { enum: ['cat', 'dog'] }, sure: { type: 'boolean' } },
      required: ['kind', 'sure'],
      additionalProperties: false,
    });
    for (const sampler of [{ maxTokens: 200 }, { maxTokens: 200, temperature: 1, seed: 3 }]) {
      const { text, stats, tokens } = await ask({ schema, sampler });
      expect(stats?.stopReason).toBe('end');
      expect(JSON.parse(text)).toEqual({ kind: expect.stringMatching(/^(cat|dog)$/), sure: expect.any(Boolean) });
      expect(tokens.every(({ logprob }) => logprob <= 0 && Number.isFinite(logprob))).toBe(true);
    }
    const scalar = await ask({ schema: '{"enum": ["yes", "no"]}', sampler: { maxTokens: 200 } });
    expect(['"yes"', '"no"']).toContain(scalar.text);
    for (const refused of [
      '{"type": "nonsense"}',
      '{"type": "string", "pattern": "a+"}',
      'not JSON',
      '{}',
      '{"anyOf": []}',
    ]) {
      await expect(ask({ schema: refused }), refused).rejects.toMatchObject({ code: 'BAD_INPUT' });
    }
  });

  it('streams: the first token at once, then together', async () => {
    const { messages, tokens, stats } = await ask({ sampler: { maxTokens: 200 } });
    expect(tokens.length).toBe(200);
    expect(messages).toBeGreaterThan(1);
    expect(messages).toBeLessThan(60);
    expect(tokens.every((token, index) => token.ms >= (tokens[index - 1]?.ms ?? 0))).toBe(true);
    expect(stats?.ttftMs).toBe(tokens.find(({ text }) => text !== '')?.ms);
    expect(stats?.tokensPerSecond).toBeCloseTo((199 * 1000) / ((tokens[199]?.ms ?? 0) - (tokens[0]?.ms ?? 0)), 3);
    expect(stats?.stopReason).toBe('length');
  });

  it('ends with what there is when it is cancelled, and the model stays loaded', async () => {
    const stop = new AbortController();
    const events = fixture.engine.generate(
      requestOf(model, { sampler: { maxTokens: 100_000 }, contextSize: 512 }),
      stop.signal,
    );
    const answer = await answerOf(events, () => stop.abort());
    expect(answer.stats?.stopReason).toBe('cancelled');
    expect(answer.tokens.length).toBeGreaterThan(0);
    const [loaded] = (await fixture.engine.status()).loaded;
    expect(loaded).toMatchObject({ state: 'ready', threads: 1, contextSize: 512, gpu: 'cpu' });
    expect(loaded?.memoryBytes).toBeGreaterThan(2 ** 20);
  });

  it('ends when whoever reads it leaves', async () => {
    for await (const event of fixture.engine.generate(requestOf(model, { sampler: { maxTokens: 100_000 } }), never)) {
      if (event.type === 'tokens') break;
    }
    expect((await fixture.engine.status()).loaded[0]?.state).toBe('ready');
  });

  it('stops at the end of the context, and refuses a prompt that fills it', async () => {
    const { tokens, stats } = await ask({ contextSize: 64, sampler: { maxTokens: 500 } });
    expect(stats?.stopReason).toBe('length');
    expect(tokens.length).toBe(64 - (stats?.promptTokens ?? 0) + 1);
    const long = ask({ contextSize: 64, messages: [{ role: 'user', text: 'word '.repeat(200) }] });
    await expect(long).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringContaining('context holds 64'),
    });
  });

  it('loads a model again for another context, in a new process', async () => {
    await ask({ contextSize: 256 });
    expect((await fixture.engine.status()).loaded).toMatchObject([{ contextSize: 256 }]);
  });

  it('answers two requests to one model one after the other', async () => {
    const [one, other] = await Promise.all([ask(), ask({ sampler: { temperature: 1, seed: 4 } })]);
    expect(one?.tokens.length).toBe(24);
    expect(other?.tokens.length).toBe(24);
    expect(one?.tokens).not.toEqual(other?.tokens);
  });

  it('of a model without a chat template uses plain role names', async () => {
    const path = writeModel(join(fixture.folder, 'plain.gguf'), randomLlama({ chatTemplate: null, seed: 2 }));
    const plain = await fixture.models.resolve(path);
    expect(plain.header?.chatTemplate).toBeNull();
    const { stats } = await answerOf(fixture.engine.generate(requestOf(plain), never));
    expect(stats?.tokenCount).toBe(24);
  });
});
