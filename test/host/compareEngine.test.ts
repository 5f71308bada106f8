import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHost, type Host } from '../../main/host/createHost.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import type { EngineStarter } from '../../main/inference/starter.ts';
import type { Comparison, ComparisonEvent, ComparisonInput } from '../../preload/contract/compare.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { createTestLog, passphrase } from '../helpers/openServices.ts';
import { whyNoProcessControl } from '../helpers/processes.ts';

const identity = { person: 'Tester', role: 'owner', home: 'host' } as const;

/** The whole host on a real store with real engine processes; each model is small and random. */
describe('a comparison on the real engine', () => {
  let folder: string;
  let host: Host;
  let api: ReturnType<Host['caller']>;
  /** Of the last engine process that was started for a model, by the model's name. */
  const pids = new Map<string, number>();
  const engineStarter: EngineStarter = {
    start(options) {
      const started = forkStarter().start(options);
      if (started.pid !== undefined) pids.set(options.label.split(' ')[0] ?? '', started.pid);
      return started;
    },
  };
  const file = (name: string) => join(folder, `${name}.gguf`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-compare-'));
    writeModel(file('one'), randomLlama({ seed: 1, peak: 12, name: 'one' }));
    writeModel(file('same'), randomLlama({ seed: 1, peak: 12, name: 'same' }));
    writeModel(file('half'), randomLlama({ seed: 1, peak: 12, name: 'half', type: 'F16' }));
    writeModel(file('other'), randomLlama({ seed: 2, peak: 12, name: 'other' }));
    writeModel(file('wide'), randomLlama({ seed: 3, peak: 12, name: 'wide', vocabulary: 600 }));
    writeModel(file('cut'), randomLlama({ seed: 1, name: 'cut' }));
    truncateSync(file('cut'), 200_000);
    host = await createHost({
      folder: join(folder, 'store'),
      engineStarter,
      sampleFolder: folder,
      log: createTestLog(),
    });
    api = host.caller(identity);
    await api.vault.create({ passphrase });
  });
  afterAll(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (names: string[], more: Partial<ComparisonInput> = {}): ComparisonInput => ({
    models: names.map(file),
    prompts: ['hello world'],
    sampler: { maxTokens: 16 },
    threads: 1,
    contextSize: 256,
    ...more,
  });

  async function follow(id: string, each?: (event: ComparisonEvent) => void): Promise<void> {
    for await (const event of await api.compare.watch({ id })) each?.(event);
  }

  async function finished(input: ComparisonInput): Promise<Comparison> {
    const { id } = await api.compare.start(input);
    await follow(id);
    return await api.compare.get({ id });
  }

  it('finds equal models equal and different ones different, by id or by text', async () => {
    const result = await finished(ask(['one', 'same', 'other', 'wide']));
    expect(result.cells.map(({ state, error }) => [state, error?.message])).toEqual(
      Array.from({ length: 4 }, () => ['done', undefined]),
    );
    const [reference, same, other, wide] = result.cells;
    expect(same?.tokens.map(({ id }) => id)).toEqual(reference?.tokens.map(({ id }) => id));
    expect(same?.firstDivergence).toBeNull();
    const byId = other?.tokens.findIndex(({ id }, index) => id !== reference?.tokens[index]?.id);
    expect(other?.firstDivergence).toBe(byId);
    expect(wide?.firstDivergence).not.toBeNull();
    expect(result.columns.map(({ name }) => name)).toEqual(['one', 'same', 'other', 'wide']);
    for (const { stats, tokens, text } of result.cells) {
      expect(stats).toMatchObject({ tokenCount: tokens.length, stopReason: expect.stringMatching(/^(end|length)$/) });
      expect(text).toBe(tokens.map((token) => token.text).join(''));
    }
  }, 120_000);

  it('costs a damaged file its own column alone, for all its prompts at once', async () => {
    const result = await finished(ask(['one', 'cut', 'half'], { prompts: ['hello', 'world'] }));
    expect(result.cells.map(({ state }) => state)).toEqual(['done', 'failed', 'done', 'done', 'failed', 'done']);
    expect(result.cells[1]?.error).toEqual(result.cells[4]?.error);
    expect(result.cells[1]?.error?.code).toBe('MODEL_UNREADABLE');
  }, 120_000);

  it('goes on when the engine of one column is killed in the middle of its answer', async ({ skip }) => {
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const { id } = await api.compare.start(
      ask(['one', 'other'], { order: 'all at once', sampler: { maxTokens: 200 } }),
    );
    let killed = false;
    await follow(id, (event) => {
      if (killed || event.type !== 'tokens' || event.column !== 1) return;
      killed = true;
      process.kill(pids.get('other') ?? 0, 'SIGSEGV');
    });
    const { cells } = await api.compare.get({ id });
    expect(killed).toBe(true);
    expect(cells.map(({ state }) => state)).toEqual(['done', 'failed']);
    expect(cells[1]?.error?.code).toBe('ENGINE_CRASHED');
    expect(cells[1]?.tokens.length).toBeGreaterThan(0);
  }, 120_000);

  it('is interrupted by locking in the middle, fails no answer for that, and goes on after unlocking', async () => {
    const input = ask(['one', 'other'], { prompts: ['hello', 'world', 'again'], sampler: { maxTokens: 150 } });
    const { id, jobId } = await api.compare.start(input);
    let locked: Promise<void> | undefined;
    await follow(id, (event) => {
      if (event.type === 'tokens' && event.prompt === 1) locked ??= api.vault.lock();
    }).catch((error: { code?: string }) => expect(error.code).toBe('LOCKED'));
    await locked;
    await api.vault.unlock({ kind: 'passphrase', passphrase });
    const before = await api.compare.get({ id });
    expect(before.cells.map(({ error }) => error)).toEqual(before.cells.map(() => null));
    expect(before.cells.filter(({ state }) => state === 'done').length).toBeGreaterThan(0);
    expect((await api.jobs.list()).find((job) => job.id === jobId)).toMatchObject({
      state: 'interrupted',
      resumable: true,
    });
    await api.jobs.resume({ id: jobId });
    await follow(id);
    expect((await api.compare.get({ id })).done).toBe(6);
  }, 120_000);
});
