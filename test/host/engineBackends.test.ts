import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { BackendName } from '../../main/inference/protocol.ts';
import type { EngineStarter } from '../../main/inference/starter.ts';
import { answerOf, type EngineFixture, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const never = new AbortController().signal;

/** Real engine processes; the first one to load a model seems to try a backend whose driver ends it. */
function withCrashingBackend(backend: BackendName): EngineStarter {
  let crashed = false;
  const real = forkStarter();
  return {
    start(options) {
      const child = real.start(options);
      let toHost: (message: unknown) => void = () => {};
      return {
        ...child,
        get pid() {
          return child.pid;
        },
        onMessage(listener) {
          toHost = listener;
          child.onMessage(listener);
        },
        send(message) {
          const load = typeof message === 'object' && message !== null && Reflect.get(message, 'type') === 'load';
          if (!load || crashed) return child.send(message);
          crashed = true;
          toHost({ type: 'trying', id: Reflect.get(message, 'id'), backend });
          if (child.pid !== undefined) process.kill(child.pid, 'SIGSEGV');
        },
      };
    },
  };
}

describe('backends', { timeout: 120_000 }, () => {
  let fixture: EngineFixture;
  const open = async (starter?: EngineStarter) => {
    fixture = await openEngineFixture({ starter });
    return fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), randomLlama()));
  };
  afterEach(() => fixture.close());

  it('are looked for in processes of their own, and each is named with why it is used or not', async () => {
    await open();
    await fixture.engine.status();
    // Nobody has asked for them yet: three processes that a start need not pay for.
    expect(fixture.labels.filter((label) => label.startsWith('search for'))).toEqual([]);
    const first = fixture.engine.backends();
    expect(first.map(({ name }) => name)).toEqual(
      process.platform === 'darwin' ? ['metal', 'cpu'] : ['cuda', 'vulkan', 'cpu'],
    );
    expect(first.every(({ state }) => state === 'not checked')).toBe(true);
    await expect
      .poll(() => fixture.engine.backends().every(({ state }) => state !== 'not checked'), { timeout: 20_000 })
      .toBe(true);
    const backends = fixture.engine.backends();
    expect(backends.filter(({ state }) => state === 'used')).toHaveLength(1);
    expect(backends.find(({ name }) => name === 'cpu')?.state).not.toBe('unavailable');
    for (const { reason } of backends) expect(reason).not.toBe('');
  });

  it('that ends the process while loading is left out from then on, and its entry says why', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const model = await open(withCrashingBackend('vulkan'));
    const { tokens } = await answerOf(fixture.engine.generate(requestOf(model), never));
    expect(tokens).toHaveLength(24);
    const { loaded } = await fixture.engine.status();
    const backends = fixture.engine.backends();
    expect(loaded).toMatchObject([{ state: 'ready', gpu: 'cpu' }]);
    expect(backends.find(({ name }) => name === 'vulkan')).toMatchObject({
      state: 'unavailable',
      reason: expect.stringMatching(/ended the engine while loading.*SIGSEGV/),
    });
  });

  it('chosen by name and not there is refused with what to do', async () => {
    const model = await open();
    fixture.engine.updateSettings({ gpu: process.platform === 'darwin' ? 'cuda' : 'metal' });
    await expect(answerOf(fixture.engine.generate(requestOf(model), never))).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('Choose Automatic or CPU'),
    });
    expect(fixture.engine.updateSettings({ gpu: 'cpu' })).toMatchObject({
      gpu: 'cpu',
      contextSize: 4096,
      idleMinutes: 10,
      mostMemoryBytes: 'auto',
    });
    expect((await answerOf(fixture.engine.generate(requestOf(model), never))).tokens).toHaveLength(24);
  });

  it('are loaded without a fork to test the binary: the engine process starts no other', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const model = await open();
    const before = new Set(fixture.pids);
    const seen = new Set<number>();
    const watch = setInterval(() => {
      for (const pid of fixture.pids)
        if (!before.has(pid) && isAlive(pid)) for (const child of descendants(pid)) seen.add(child);
    }, 40);
    await answerOf(fixture.engine.generate(requestOf(model), never)).finally(() => clearInterval(watch));
    expect([...seen]).toEqual([]);
  });
});

describe('threads', { timeout: 120_000 }, () => {
  it('are at most the physical cores, by default and when asked for', async () => {
    const fixture = await openEngineFixture({ cores: 3 });
    try {
      expect((await fixture.engine.status()).settings.threads).toBe(3);
      expect(() => fixture.engine.updateSettings({ threads: 4 })).toThrow('Choose 1 to 3 threads');
      expect(fixture.engine.updateSettings({ threads: 2 }).threads).toBe(2);
      const model = await fixture.models.resolve(writeModel(join(fixture.folder, 'model.gguf'), randomLlama()));
      await expect(answerOf(fixture.engine.generate(requestOf(model, { threads: 4 }), never))).rejects.toMatchObject({
        code: 'BAD_INPUT',
      });
    } finally {
      await fixture.close();
    }
  });
});
