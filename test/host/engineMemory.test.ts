import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answerOf, openEngineFixture, requestOf } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const never = new AbortController().signal;

describe.skipIf(whyNoProcessControl !== null)('the engine', { timeout: 300_000 }, () => {
  it('unloads what was longest unused when memory would not suffice, and refuses when nothing is left to unload', async () => {
    let full: number | undefined;
    let availableBytes = 8 * 2 ** 30;
    // The machine is full as long as that process lives.
    const memory = async () => ({
      totalBytes: 8 * 2 ** 30,
      availableBytes: full !== undefined && isAlive(full) ? 0 : availableBytes,
    });
    const fixture = await openEngineFixture({ memory });
    try {
      const resolve = (name: string, seed: number) =>
        fixture.models.resolve(writeModel(join(fixture.folder, `${name}.gguf`), randomLlama({ seed, name })));
      const [first, second] = [await resolve('first', 1), await resolve('second', 2)];
      const before = new Set(fixture.pids);
      await answerOf(fixture.engine.generate(requestOf(first), never));
      full = [...fixture.pids].find((pid) => !before.has(pid));
      await answerOf(fixture.engine.generate(requestOf(second), never));
      expect((await fixture.engine.status()).loaded.map(({ name }) => name)).toEqual(['second']);

      await fixture.engine.unload(second.id);
      availableBytes = 100 * 2 ** 20;
      await expect(answerOf(fixture.engine.generate(requestOf(first), never))).rejects.toMatchObject({
        code: 'NOT_ENOUGH_MEMORY',
        message: expect.stringMatching(
          /needs \d+ MiB of memory and 100 MiB are free\. (Its weights alone take \d+ MiB: choose a quantization whose file is smaller than 80 MiB|It would fit with a context of \d+ tokens)/,
        ),
      });
    } finally {
      await fixture.close();
    }
  });

  it('takes no more for all models together than the settings allow: idle ones leave, and one that alone is too large is refused', async () => {
    const memory = async () => ({ totalBytes: 8 * 2 ** 30, availableBytes: 8 * 2 ** 30 });
    const fixture = await openEngineFixture({ memory });
    try {
      const resolve = (name: string, seed: number) =>
        fixture.models.resolve(writeModel(join(fixture.folder, `${name}.gguf`), randomLlama({ seed, name })));
      const [first, second] = [await resolve('first', 1), await resolve('second', 2)];
      const loaded = async () => (await fixture.engine.status()).loaded.map(({ name }) => name);
      await answerOf(fixture.engine.generate(requestOf(first), never));
      await answerOf(fixture.engine.generate(requestOf(second), never));
      expect(await loaded()).toEqual(['first', 'second']);

      await fixture.engine.unload(first.id);
      expect(fixture.engine.updateSettings({ mostMemoryBytes: 300 * 2 ** 20 })).toMatchObject({
        mostMemoryBytes: 300 * 2 ** 20,
      });
      // What is said before it is loaded goes by the same.
      expect(await fixture.models.estimate({ model: first.path })).toMatchObject({
        availableBytes: 300 * 2 ** 20,
        isLimited: true,
        fits: true,
      });
      await answerOf(fixture.engine.generate(requestOf(first), never));
      expect(await loaded()).toEqual(['first']);

      const wide = await fixture.models.resolve(
        writeModel(join(fixture.folder, 'wide.gguf'), randomLlama({ name: 'wide', context: 1_048_576 })),
      );
      await expect(
        answerOf(fixture.engine.generate(requestOf(wide, { contextSize: 1_048_576 }), never)),
      ).rejects.toMatchObject({
        code: 'NOT_ENOUGH_MEMORY',
        message: expect.stringMatching(
          /300 MiB are left of the 300 MiB that models may take\. It would fit with a context/,
        ),
      });
    } finally {
      await fixture.close();
    }
  });
});
