import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../main/base/fault.ts';
import type { Model } from '../../preload/contract/models.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const never = new AbortController().signal;
const endless = { sampler: { maxTokens: 100_000, temperature: 1, seed: 1 } };

// Ends what hangs. A machine with ten times the work it can do starts an engine in half a minute; nothing here depends on how long anything takes.
const patience = { timeout: 300_000 };
/** For a process that was killed to be gone. */
const goneSoon = { timeout: 60_000 };

/** The engine process that was started last and is none of those; throws, since 0 would be this very process group. */
function youngest({ pids }: EngineFixture, before: ReadonlySet<number>): number {
  const pid = [...pids].filter((one) => !before.has(one) && isAlive(one)).at(-1);
  if (pid === undefined) throw new Error('No engine process was started.');
  return pid;
}

describe('an engine process that fails', patience, () => {
  let fixture: EngineFixture;
  let one: Model;
  let other: Model;
  /** Answers until the context is full, which takes seconds. */
  const long = (model: Model, signal = never) =>
    fixture.engine.generate(requestOf(model, { ...endless, contextSize: 16_384 }), signal);
  const short = (model: Model) => answerOf(fixture.engine.generate(requestOf(model, { contextSize: 16_384 }), never));

  /** Waits for the first tokens, then does that to the process. */
  async function failureOf(model: Model, attack: (pid: number) => void): Promise<{ fault: Fault; tokens: number }> {
    const before = new Set(fixture.pids);
    let tokens = 0;
    try {
      await answerOf(long(model), (some) => {
        if (tokens === 0) attack(youngest(fixture, before));
        tokens += some.length;
      });
    } catch (thrown) {
      if (thrown instanceof Fault) return { fault: thrown, tokens };
      throw thrown;
    }
    throw new Error('It did not fail.');
  }

  beforeEach(({ skip }) => skip(whyNoProcessControl !== null, whyNoProcessControl ?? ''));
  beforeAll(async () => {
    // Only what a test does to a process ends it: no heart, and no minute passes for the count of failures.
    fixture = await openEngineFixture({
      limits: { cancelMs: 1500, hangMs: 3_600_000, startMs: 300_000 },
      clock: { now: () => 1_790_000_000_000 },
    });
    one = await fixture.models.resolve(
      writeModel(join(fixture.folder, 'one.gguf'), randomLlama({ context: 16_384, name: 'one', endless: true })),
    );
    other = await fixture.models.resolve(
      writeModel(
        join(fixture.folder, 'other.gguf'),
        randomLlama({ context: 16_384, seed: 2, name: 'other', endless: true }),
      ),
    );
  });
  afterEach(async () => {
    for (const { id } of [one, other]) {
      await fixture.engine.unload(id).catch((thrown) => expect(thrown).toMatchObject({ code: 'NOT_FOUND' }));
    }
  });
  afterAll(() => fixture.close());

  it('by SIGSEGV in the middle of an answer costs that model alone', async () => {
    const stop = new AbortController();
    const began = Promise.withResolvers<void>();
    const neighbour = answerOf(long(other, stop.signal), () => began.resolve());
    await began.promise;
    const { fault, tokens } = await failureOf(one, (pid) => process.kill(pid, 'SIGSEGV'));
    expect(fault.code).toBe('ENGINE_CRASHED');
    expect(fault.message).toContain('one (F32)');
    expect(fault.message).toContain('SIGSEGV');
    expect(fault.message).toContain('memory that is not its own');
    expect(fault.facts).toEqual({ exitCode: null, signal: 'SIGSEGV' });
    expect(tokens).toBeGreaterThan(0);
    stop.abort();
    const { stats, tokens: kept } = await neighbour;
    expect(stats?.stopReason).toBe('cancelled');
    expect(kept.length).toBeGreaterThan(0);
    // The next request starts a new process; the lost answer was not run again by itself.
    expect((await short(one)).tokens).toHaveLength(24);
  });

  it('by SIGKILL is told to be most likely out of memory, by SIGABRT an assertion', async () => {
    const killed = await failureOf(one, (pid) => process.kill(pid, 'SIGKILL'));
    expect(killed.fault.message).toMatch(/SIGKILL.*memory ran out/);
    const aborted = await failureOf(other, (pid) => process.kill(pid, 'SIGABRT'));
    expect(aborted.fault.message).toMatch(/SIGABRT.*assertion/);
  });

  it('three times in five minutes stays down and says why, until it is unloaded', async () => {
    for (let round = 0; round < 3; round++) await failureOf(other, (pid) => process.kill(pid, 'SIGSEGV'));
    await expect(short(other)).rejects.toMatchObject({
      code: 'ENGINE_DOWN',
      message: expect.stringMatching(/failed 3 times.*SIGSEGV/),
    });
    expect((await fixture.engine.status()).down).toMatchObject([
      { modelId: other.id, reason: expect.stringContaining('SIGSEGV') },
    ]);
    expect((await short(one)).tokens).toHaveLength(24);
    await fixture.engine.unload(other.id);
    expect((await short(other)).tokens).toHaveLength(24);
  });

  it('by not answering a cancel is killed after the time it has for that', async () => {
    const stop = new AbortController();
    let pid = 0;
    const before = new Set(fixture.pids);
    const answer = await answerOf(long(one, stop.signal), () => {
      if (pid !== 0) return;
      pid = youngest(fixture, before);
      process.kill(pid, 'SIGSTOP');
      stop.abort();
    });
    // Nothing else ends it: its heart is not listened to here.
    expect(answer.stats?.stopReason).toBe('cancelled');
    await expect.poll(() => isAlive(pid), goneSoon).toBe(false);
  });
});

describe('an engine process that hangs', patience, () => {
  it('is found by its heart, and ended', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const fixture = await openEngineFixture({ limits: { hangMs: 8000 } });
    try {
      const parts = randomLlama({ context: 16_384, endless: true });
      const model = await fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), parts));
      let hung = 0;
      const before = new Set(fixture.pids);
      const answer = answerOf(
        fixture.engine.generate(requestOf(model, { ...endless, contextSize: 16_384 }), never),
        () => {
          if (hung !== 0) return;
          hung = youngest(fixture, before);
          process.kill(hung, 'SIGSTOP');
        },
      );
      await expect(answer).rejects.toMatchObject({
        code: 'ENGINE_HUNG',
        message: expect.stringContaining('no sign of life for 8 s'),
      });
      expect(hung).not.toBe(0);
      await expect.poll(() => isAlive(hung), goneSoon).toBe(false);
    } finally {
      await fixture.close();
    }
  });
});

describe('loading', patience, () => {
  it('can be cancelled, and leaves nothing behind', async () => {
    const fixture = await openEngineFixture();
    try {
      const path = writeModel(
        join(fixture.folder, 'model.gguf'),
        randomLlama({ dim: 256, layers: 4, feedForward: 768, vocabulary: 4096 }),
      );
      const model = await fixture.models.resolve(path);
      for (const when of [0, 150, 400]) {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), when);
        const { stats, tokens } = await answerOf(fixture.engine.generate(requestOf(model), stop.signal));
        expect(stats?.stopReason).toBe('cancelled');
        expect(tokens).toEqual([]);
      }
      const progress: number[] = [];
      for await (const event of fixture.engine.generate(requestOf(model), never))
        if (event.type === 'loading') progress.push(event.progress);
      expect(progress.length).toBeGreaterThan(2);
      expect(progress.at(-1)).toBe(1);
      expect(progress).toEqual(progress.toSorted((first, second) => first - second));
    } finally {
      await fixture.close();
    }
  });

  it('that takes more memory than it may is ended, with what to do', async () => {
    const fixture = await openEngineFixture({ limits: { memoryCeilingBytes: 60 * 2 ** 20 } });
    try {
      const model = await fixture.models.resolve(
        writeModel(join(fixture.folder, 'model.gguf'), randomLlama({ endless: true, context: 32_768 })),
      );
      const request = requestOf(model, { sampler: { maxTokens: 100_000 }, contextSize: 32_768 });
      await expect(answerOf(fixture.engine.generate(request, never))).rejects.toMatchObject({
        code: 'NOT_ENOUGH_MEMORY',
        message: expect.stringMatching(/took \d+ MiB, more than the 60 MiB it may take/),
      });
    } finally {
      await fixture.close();
    }
  });

  it('with other settings waits for the answer that runs, and keeps nobody else waiting', async () => {
    const fixture = await openEngineFixture();
    try {
      const parts = randomLlama({ endless: true, context: 32_768 });
      const model = await fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), parts));
      const other = await fixture.models.resolve(
        writeModel(join(fixture.folder, 'other.gguf'), randomLlama({ seed: 3 })),
      );
      const stop = new AbortController();
      const long = answerOf(
        fixture.engine.generate(
          requestOf(model, { sampler: { maxTokens: 100_000 }, contextSize: 32_768 }),
          stop.signal,
        ),
        () => {},
      );
      await expect
        .poll(async () => (await fixture.engine.status()).loaded[0]?.state, { timeout: 300_000 })
        .toBe('busy');
      const reloaded = answerOf(fixture.engine.generate(requestOf(model, { contextSize: 256 }), never));
      expect((await answerOf(fixture.engine.generate(requestOf(other), never))).tokens).toHaveLength(24);
      expect((await fixture.engine.status()).loaded.find(({ modelId }) => modelId === model.id)?.contextSize).toBe(
        32_768,
      );
      stop.abort();
      expect((await long).stats?.stopReason).toBe('cancelled');
      expect((await reloaded).tokens).toHaveLength(24);
      expect((await fixture.engine.status()).loaded.find(({ modelId }) => modelId === model.id)?.contextSize).toBe(256);
    } finally {
      await fixture.close();
    }
  });

  it('ends with the host: no engine outlives it', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const fixture = await openEngineFixture();
    const before = new Set(descendants(process.pid));
    const model = await fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), randomLlama()));
    const started = fixture.pids.size;
    const open = answerOf(
      fixture.engine.generate(requestOf(model, { sampler: { maxTokens: 100_000, temperature: 1 } }), never),
    ).catch((thrown) => thrown);
    // In the middle of its start: neither asked for in vain nor answering yet.
    await expect.poll(() => fixture.pids.size, goneSoon).toBeGreaterThan(started);
    await fixture.close();
    await open;
    expect(descendants(process.pid).filter((pid) => !before.has(pid))).toEqual([]);
  });
});
