import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHost } from '../../main/host/createHost.ts';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { ask, bench, closeBenches, finished, follow, replay, states, view } from '../helpers/compareBench.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';

afterEach(closeBenches);

describe('a model that stands in two columns', () => {
  it('answers in both, each a column of its own, and the two do not differ', async () => {
    const one = bench({ tokenMs: 1 });
    const { id, jobId } = one.compare.start(ask(['base', 'q4', 'base'], { prompts: ['one', 'two'] }));
    const events = await follow(one, id);
    const result = one.compare.get(view(id));
    expect(states(result)).toEqual(Array.from({ length: 6 }, () => 'done'));
    expect(result.columns.map(({ reference }) => reference)).toEqual(['base', 'q4', 'base']);
    expect(result.cells.map(({ prompt, column }) => [prompt, column])).toEqual(
      [0, 1].flatMap((prompt) => [0, 1, 2].map((column) => [prompt, column])),
    );
    expect(result.cells.map(({ firstDivergence }) => firstDivergence)).toEqual([null, 5, null, null, 5, null]);
    expect(result.cells[2]?.text).toBe(result.cells[0]?.text);
    expect(one.engine.begun).toBe(6);
    expect(one.jobs.get(jobId)).toMatchObject({ state: 'done', progress: { done: 6, total: 6 } });
    // What a page shows that only heard the events is the same.
    expect(replay(events).cells.map(({ text }) => text)).toEqual(result.cells.map(({ text }) => text));
  });

  it('answers in both at once when asked to', async () => {
    const one = bench({ tokenMs: 1 });
    const result = await finished(one, ask(['base', 'base'], { order: 'all at once' }));
    expect(one.engine.most).toBe(2);
    expect(states(result)).toEqual(['done', 'done']);
    expect(result.cells[1]?.firstDivergence).toBeNull();
  });

  it('fails in both, and says so for each', async () => {
    const one = bench();
    const result = await finished(one, ask(['crash', 'base', 'crash']));
    expect(states(result)).toEqual(['failed', 'done', 'failed']);
    expect(one.jobs.list()[0]?.error?.message).toMatch(/^2 of 3 answers failed/);
  });

  it('is pinned in one column and answers anew in the other', async () => {
    const one = bench();
    const earlier = await finished(one, ask(['base', 'base']));
    one.engine.begun = 0;
    const later = await finished(one, ask(['base', 'base'], { pinned: { comparison: earlier.id, columns: [1] } }));
    expect(one.engine.begun).toBe(1);
    expect(later.cells.map(({ pinned, firstDivergence }) => [pinned, firstDivergence])).toEqual([
      [false, null],
      [true, null],
    ]);
  });

  it('stands in both columns of an export', async () => {
    const one = bench();
    const { id } = await finished(one, ask(['base', 'base']));
    const exported = JSON.parse(one.compare.export(id, 'json').text);
    expect(exported.columns).toHaveLength(2);
    expect(one.compare.export(id, 'markdown').text.match(/base/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

it('a model that stands in two columns is loaded once by the real engine, and answers the same twice, in either order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-twice-'));
  const model = writeModel(join(folder, 'one.gguf'), randomLlama({ seed: 1, peak: 12, name: 'one' }));
  const engines: string[] = [];
  const host = await createHost({
    folder: null,
    sampleFolder: folder,
    engineStarter: {
      start(options) {
        engines.push(options.label);
        return forkStarter().start(options);
      },
    },
  });
  onTestFinished(async () => {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const api = host.caller({ person: 'Tester', role: 'owner', home: 'host' });
  await api.models.add({ path: model });
  for (const order of ['one at a time', 'all at once'] as const) {
    engines.length = 0;
    const { id } = await api.compare.start({
      models: [model, model],
      prompts: ['hello world'],
      sampler: { maxTokens: 12, temperature: 0.8, seed: 7 },
      order,
      threads: 1,
      contextSize: 256,
    });
    for await (const _ of await api.compare.watch({ id }));
    const { cells } = await api.compare.get({ id });
    expect(
      cells.map(({ state, error }) => [state, error]),
      order,
    ).toEqual([
      ['done', null],
      ['done', null],
    ]);
    expect(cells[0]?.tokens.length).toBeGreaterThan(0);
    expect(cells[1]?.tokens.map((token) => token.id)).toEqual(cells[0]?.tokens.map((token) => token.id));
    expect(cells[1]?.firstDivergence).toBeNull();
    expect(engines.length, `engines: ${engines}`).toBeLessThanOrEqual(1);
  }
}, 90_000);
