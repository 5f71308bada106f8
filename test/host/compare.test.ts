import { afterEach, describe, expect, it } from 'vitest';
import { ask, bench, closeBenches, finished, follow, short, states, view } from '../helpers/compareBench.ts';

afterEach(closeBenches);

describe('a comparison', () => {
  it('answers with every model and marks where each candidate first differs', async () => {
    const one = bench();
    const { id, jobId } = one.compare.start(ask(['base', 'q4', 'base-two']));
    expect(one.jobs.get(jobId)).toMatchObject({
      lane: 'interactive',
      subject: id,
      title: 'Compare 3 models on 1 prompt',
    });
    await follow(one, id);
    const result = one.compare.get(view(id));
    expect(states(result)).toEqual(['done', 'done', 'done']);
    expect(result.cells.map(({ firstDivergence }) => firstDivergence)).toEqual([null, 5, null]);
    expect(result).toMatchObject({ done: 3, total: 3, promptCount: 1, excerpt: 'What is a quantization?' });
    expect(result.columns[1]).toEqual({
      reference: 'q4',
      modelId: 'sha256-q4',
      // The engine of these tests has no template.
      plainTemplate: true,
      name: 'q4',
      quantization: 'Q4_K_M',
      sizeBytes: 1002,
    });
    expect(result.cells[0]?.text).toBe(result.cells[0]?.tokens.map(({ text }) => text).join(''));
    expect(result.cells[0]?.stats).toMatchObject({ tokenCount: 12, stopReason: 'length' });
    expect(one.jobs.get(jobId)).toMatchObject({ state: 'done', progress: { done: 3, total: 3, unit: 'answers' } });
  });

  it('compares by text when the tokenizers differ', async () => {
    const result = await finished(bench(), ask(['base', 'pairs'], { sampler: { maxTokens: 6 } }));
    // The candidate spells twice as much with as many tokens, and the reference ended by its limit.
    expect(result.cells[1]?.firstDivergence).toBe(3);
  });

  it('asks each model for all its prompts before the next is loaded', async () => {
    const one = bench();
    const result = await finished(one, ask(['base', 'q4'], { prompts: ['one', 'two', 'three', 'four'] }));
    expect(one.engine.loads).toEqual(['base', 'q4']);
    expect(one.engine.most).toBe(1);
    expect(result.done).toBe(8);
    expect(one.jobs.list()[0]).toMatchObject({ lane: 'batch', state: 'done' });
  });

  it('answers a prompt with all models at once when asked to', async () => {
    const one = bench({ tokenMs: 1 });
    const result = await finished(
      one,
      ask(['base', 'q4', 'base-two'], { order: 'all at once', prompts: ['one', 'two'] }),
    );
    expect(one.engine.most).toBe(3);
    expect(result.cells.map(({ firstDivergence }) => firstDivergence)).toEqual([null, 5, null, null, 5, null]);
  });

  it('repeats itself with one seed and differs with another', async () => {
    const one = bench();
    const texts = async (seed: number) =>
      (await finished(one, ask(['base'], { sampler: { ...short, seed } }))).cells[0]?.text;
    expect(await texts(1)).toBe(await texts(1));
    expect(await texts(1)).not.toBe(await texts(2));
  });

  it('is refused when the schema is not JSON or there are too many models', () => {
    const { compare } = bench();
    expect(() => compare.start(ask(['base'], { schema: '{' }))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => compare.start(ask(Array.from({ length: 9 }, () => 'base')))).toThrow();
    expect(compare.list()).toEqual([]);
  });
});

describe('one column that fails', () => {
  it('by a crash keeps what it said and its error, and the others go on', async () => {
    const one = bench();
    const result = await finished(one, ask(['base', 'crash', 'q4']));
    expect(states(result)).toEqual(['done', 'failed', 'done']);
    expect(result.cells[1]?.error).toMatchObject({
      code: 'ENGINE_CRASHED',
      message: expect.stringContaining('SIGSEGV'),
    });
    expect(result.cells[1]?.tokens).toHaveLength(3);
    expect(one.jobs.list()[0]).toMatchObject({ state: 'failed', error: { code: 'ENGINE_CRASHED' }, resumable: true });
    expect(one.jobs.list()[0]?.error?.message).toMatch(/^1 of 3 answers failed\. The first: .*SIGSEGV/);
  });

  it('by a crash is tried again at its next prompt', async () => {
    const one = bench();
    const result = await finished(one, ask(['crash'], { prompts: ['one', 'two', 'three'] }));
    expect(states(result)).toEqual(['failed', 'failed', 'failed']);
    expect(one.engine.begun).toBe(3);
  });

  it('to load, or to be found, fails for all its prompts at once with the same sentence', async () => {
    const one = bench();
    const prompts = ['one', 'two', 'three', 'four', 'five'];
    const result = await finished(one, ask(['broken', 'absent', 'base'], { prompts }));
    const column = (index: number) => result.cells.filter((cell) => cell.column === index);
    expect(new Set(column(0).map(({ error }) => error?.message))).toEqual(
      new Set(['broken is damaged. Get the file again.']),
    );
    expect(column(1).map(({ error }) => error?.code)).toEqual(prompts.map(() => 'MODEL_NOT_FOUND'));
    expect(column(2).every(({ state }) => state === 'done')).toBe(true);
    expect(one.engine.begun).toBe(1 + prompts.length);
  });

  it('is tried again by a resume, and what was done is not', async () => {
    const one = bench();
    const { id, jobId } = one.compare.start(ask(['base', 'crash']));
    await follow(one, id);
    const before = one.compare.get(view(id)).cells[0];
    one.jobs.resume(jobId);
    await follow(one, id);
    expect(one.engine.begun).toBe(3);
    expect(one.compare.get(view(id)).cells[0]).toEqual(before);
  });
});

describe('pinned columns', () => {
  it('take over the answers of the same model and prompt, and the rest is answered anew', async () => {
    const one = bench();
    const earlier = await finished(one, ask(['base', 'q4'], { prompts: ['one', 'two two'] }));
    one.engine.begun = 0;
    const pinned = { comparison: earlier.id, columns: [0] };
    const later = await finished(one, ask(['base', 'q4', 'base-two'], { prompts: ['two two', 'three!'], pinned }));
    expect(one.engine.begun).toBe(5);
    expect(later.cells.map((cell) => cell.pinned)).toEqual([true, false, false, false, false, false]);
    expect(later.cells[0]?.text).toBe(earlier.cells[2]?.text);
    expect(later.cells.map(({ firstDivergence }) => firstDivergence)).toEqual([null, 5, null, null, 5, null]);
  });

  it('work when the model is gone, as reference of nothing, and are aligned with a new reference', async () => {
    const one = bench();
    const earlier = await finished(one, ask(['q4', 'base']));
    const all = await finished(one, ask(['base', 'q4'], { pinned: { comparison: earlier.id, columns: [0, 1] } }));
    expect(all.cells.map(({ state, pinned, firstDivergence }) => [state, pinned, firstDivergence])).toEqual([
      ['done', true, null],
      ['done', true, 5],
    ]);
    const candidate = await finished(one, ask(['base', 'q4'], { pinned: { comparison: earlier.id, columns: [1] } }));
    expect(candidate.cells[1]).toMatchObject({ pinned: true, firstDivergence: 5 });
  });

  it('are refused when the earlier comparison has none of that model, or is gone', async () => {
    const one = bench();
    const earlier = await finished(one, ask(['base']));
    const start = (comparison: string) => one.compare.start(ask(['q4'], { pinned: { comparison, columns: [0] } }));
    expect(() => start(earlier.id)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => start('nothing')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(one.compare.list()).toHaveLength(1);
    expect(one.jobs.list()).toHaveLength(1);
  });
});

describe('the list', () => {
  it('is newest first, in pages, with names; what is removed is gone with its answers', async () => {
    const one = bench();
    const ids: string[] = [];
    for (const prompt of ['first', 'second', 'third'])
      ids.unshift((await finished(one, ask(['base'], { prompts: [prompt] }))).id);
    const { compare, vault } = one;
    expect(compare.list().map(({ id }) => id)).toEqual(ids);
    expect(compare.list({ limit: 2 }).map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(compare.list({ before: ids[1] ?? '' }).map(({ excerpt }) => excerpt)).toEqual(['first']);
    compare.rename(ids[0] ?? '', 'Best of three');
    expect(compare.list()[0]?.name).toBe('Best of three');
    compare.remove(ids[0] ?? '');
    expect(compare.list().map(({ id }) => id)).toEqual(ids.slice(1));
    expect(vault.store().read.all('SELECT DISTINCT comparison FROM comparison_cells')).toHaveLength(2);
    expect(vault.store().read.all('SELECT DISTINCT comparison FROM comparison_prompts')).toHaveLength(2);
    for (const act of [
      compare.remove,
      (id: string) => compare.rename(id, 'x'),
      (id: string) => compare.export(id, 'json'),
    ]) {
      expect(() => act(ids[0] ?? '')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    }
  });

  it('does not let go of a comparison that runs', async () => {
    const one = bench({ tokenMs: 2 });
    const { id, jobId } = one.compare.start(ask(['base'], { sampler: { maxTokens: 500 } }));
    expect(() => one.compare.remove(id)).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    one.jobs.cancel(jobId);
    await follow(one, id);
    one.compare.remove(id);
  });
});
