import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { EngineStarter } from '../../main/inference/starter.ts';
import type { AskInput, BegunAnswer, Conversation, ConversationEvent } from '../../preload/contract/playground.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { createTestLog, passphrase } from '../helpers/openServices.ts';
import { last, texts } from '../helpers/playgroundBench.ts';
import { whyNoProcessControl } from '../helpers/processes.ts';
import { sampleFolder } from '../helpers/promptsFixture.ts';

const identity = { person: 'Tester', role: 'owner', home: 'host' } as const;

/** The whole host on a real store with real engine processes: the sample model, and one that never ends by itself. */
describe('the playground on the real engine', { timeout: 120_000 }, () => {
  let folder: string;
  let host: Host;
  let api: ReturnType<Host['caller']>;
  let endless: string;
  let pid = 0;
  const engineStarter: EngineStarter = {
    start(options) {
      const started = forkStarter().start(options);
      if (options.label.startsWith('endless')) pid = started.pid ?? 0;
      return started;
    },
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-playground-'));
    endless = writeModel(
      join(folder, 'endless.gguf'),
      randomLlama({ seed: 3, peak: 6, name: 'endless', endless: true }),
    );
    host = await createHost({ folder: join(folder, 'store'), engineStarter, sampleFolder, log: createTestLog() });
    api = host.caller(identity);
    await api.vault.create({ passphrase });
  }, 120_000);
  afterAll(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const sample = (more: Partial<AskInput['settings']> = {}): AskInput['settings'] => ({
    model: 'sample:F16',
    contextSize: 512,
    threads: 1,
    sampler: { maxTokens: 120 },
    ...more,
  });

  /** Watches until the answer that was begun is over; `each` sees every event. */
  async function settled(begun: BegunAnswer, each?: (event: ConversationEvent) => void): Promise<Conversation> {
    for await (const event of await api.playground.watch({ id: begun.conversation })) {
      each?.(event);
      const state = event.type === 'answer' && event.message === begun.answer ? event.answer.state : null;
      const known = event.type === 'message' && event.message.id === begun.answer ? event.message.answer?.state : null;
      if (['done', 'failed', 'cancelled'].includes(state ?? known ?? '')) break;
    }
    return api.playground.get({ id: begun.conversation });
  }

  it('answers turn by turn by the model’s own template, and again in a branch', async () => {
    const first = await settled(
      await api.playground.ask({ text: 'What is the capital of France?', settings: sample() }),
    );
    expect(last(first).answer).toMatchObject({ state: 'done', context: { size: 512 }, model: { quantization: 'F16' } });
    expect(last(first).text).not.toBe('');
    const follow = { conversation: first.id, parent: last(first).id, text: 'What is 41 + 27?', settings: sample() };
    const second = await settled(await api.playground.ask(follow));
    expect(texts(second)).toHaveLength(4);
    // The turns before it are in the prompt.
    expect(last(second).answer.stats?.promptTokens).toBeGreaterThan((last(first).answer.stats?.promptTokens ?? 0) + 10);
    // … and what the engine had of them was not read again.
    expect(last(first).answer.context?.kept).toBe(0);
    expect(last(second).answer.context?.kept).toBeGreaterThan(10);
    const again = await settled(
      await api.playground.answerAgain({ conversation: first.id, parent: second.path[2] ?? '', settings: sample() }),
    );
    expect(last(again).id).not.toBe(last(second).id);
    expect(last(again).text).toBe(last(second).text);
  });

  it('goes on where an answer was cut or stopped as if it had never ended, at temperature 0', async () => {
    const settings = { model: endless, contextSize: 512, threads: 1, alternatives: 2 };
    const text = 'hello world';
    const whole = last(
      await settled(await api.playground.ask({ text, settings: { ...settings, sampler: { maxTokens: 240 } } })),
    );

    // Cut by its limit, three times.
    const cut = await api.playground.ask({ text, settings: { ...settings, sampler: { maxTokens: 60 } } });
    await settled(cut);
    for (let piece = 1; piece < 4; piece++)
      await settled(await api.playground.goOn({ conversation: cut.conversation, message: cut.answer }));
    const pieces = last(await api.playground.get({ id: cut.conversation }));
    expect(pieces.answer.continuedAt).toHaveLength(3);

    // Stopped by hand somewhere.
    const stopped = await api.playground.ask({ text, settings: { ...settings, sampler: { maxTokens: 240 } } });
    const asked: Promise<void>[] = [];
    const half = await settled(stopped, (event) => {
      if (event.type === 'tokens' && asked.length === 0) asked.push(api.jobs.cancel({ id: stopped.jobId }));
    });
    await Promise.all(asked);
    expect(last(half).answer.state).toBe('cancelled');
    const later = last(
      await settled(await api.playground.goOn({ conversation: stopped.conversation, message: stopped.answer })),
    );

    for (const other of [pieces, later]) {
      expect(other.text).toBe(whole.text);
      expect(other.answer.tokens.map(({ id }) => id)).toEqual(whole.answer.tokens.map(({ id }) => id));
      other.answer.tokens.forEach(({ logprob }, index) => {
        expect(logprob).toBeCloseTo(whole.answer.tokens[index]?.logprob ?? 0, 2);
      });
      expect(other.answer.stats).toMatchObject({
        tokenCount: 240,
        stopReason: 'length',
        promptTokens: whole.answer.stats?.promptTokens,
      });
    }
  });

  it('answers by a JSON schema, also when the answer was cut in the middle', async () => {
    const schema = JSON.stringify({
      type: 'object',
      properties: { city: { type: 'string', maxLength: 12 }, sure: { type: 'boolean' } },
      required: ['city', 'sure'],
      additionalProperties: false,
    });
    const ask = (maxTokens: number) =>
      api.playground.ask({
        text: 'What is the capital of France?',
        settings: sample({ schema, sampler: { maxTokens } }),
      });
    const whole = last(await settled(await ask(120)));
    expect(JSON.parse(whole.text)).toEqual({ city: expect.any(String), sure: expect.any(Boolean) });
    expect(whole.answer.stats?.stopReason).toBe('end');

    let begun = await ask(5);
    let cut = last(await settled(begun));
    expect(() => JSON.parse(cut.text)).toThrow();
    while (cut.answer.stats?.stopReason === 'length') {
      begun = await api.playground.goOn({ conversation: begun.conversation, message: begun.answer });
      cut = last(await settled(begun));
    }
    expect(cut.text).toBe(whole.text);
    await expect(
      api.playground.ask({ text: 'x', settings: sample({ schema: '{"type": "string", "pattern": "a+"}' }) }),
    ).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('Assay cannot hold an answer to pattern'),
    });
  });

  it('keeps what was said when the engine crashes in the middle, and goes on with it', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const settings = { model: endless, contextSize: 512, threads: 1, sampler: { maxTokens: 400 } };
    const begun = await api.playground.ask({ text: 'hello', settings });
    let killed = false;
    const broken = last(
      await settled(begun, (event) => {
        if (killed || event.type !== 'tokens') return;
        killed = true;
        process.kill(pid, 'SIGSEGV');
      }),
    );
    expect(broken.answer).toMatchObject({ state: 'failed', error: { code: 'ENGINE_CRASHED' } });
    expect(broken.answer.tokens.length).toBeGreaterThan(0);
    const further = last(
      await settled(await api.playground.goOn({ conversation: begun.conversation, message: begun.answer })),
    );
    expect(further.answer).toMatchObject({ state: 'done', stats: { tokenCount: 400 } });
    expect(further.text.startsWith(broken.text)).toBe(true);
  });

  it('says that a conversation no longer fits before anything is answered', async () => {
    const first = await settled(
      await api.playground.ask({ text: 'hello', settings: sample({ contextSize: 64, sampler: { maxTokens: 4 } }) }),
    );
    const next = await settled(
      await api.playground.ask({
        conversation: first.id,
        parent: last(first).id,
        text: 'word '.repeat(200),
        settings: sample({ contextSize: 64 }),
      }),
    );
    expect(last(next).answer).toMatchObject({ state: 'failed', tokens: [], error: { code: 'TOO_LARGE' } });
    expect(last(next).answer.error?.message).toMatch(
      /^The conversation up to here has \d+ tokens and the context holds 64/,
    );
  });

  it('is cut off by a lock, and the answer goes on after the next unlock', async () => {
    const begun = await api.playground.ask({
      text: 'hello again',
      settings: { model: endless, contextSize: 512, threads: 1, sampler: { maxTokens: 300 } },
    });
    let locked: Promise<void> | undefined;
    await settled(begun, (event) => {
      if (event.type === 'tokens') locked ??= api.vault.lock();
    }).catch((error: { code?: string }) => expect(error.code).toBe('LOCKED'));
    await locked;
    await api.vault.unlock({ kind: 'passphrase', passphrase });
    const cut = last(await api.playground.get({ id: begun.conversation }));
    expect(cut.answer.state).toBe('cancelled');
    await api.jobs.resume({ id: begun.jobId });
    const whole = last(await settled(begun));
    expect(whole.answer.stats?.tokenCount).toBe(300);
    expect(whole.text.startsWith(cut.text)).toBe(true);
  });
});
