import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { promptsFixture, promptTextOf, sampleFolder } from '../helpers/promptsFixture.ts';

describe('the data sets that come with the sample model', () => {
  it('are listed with the hash of their content', async () => {
    const { prompts } = promptsFixture();
    const datasets = await prompts.datasets();
    expect(datasets.map(({ id }) => id)).toEqual(['sample:held-out-tasks', 'sample:review-prompts']);
    const file = readFileSync(join(sampleFolder, 'datasets/held-out-tasks.jsonl'));
    expect(datasets[0]?.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    expect(datasets[0]?.groups.length).toBeGreaterThanOrEqual(10);
  });

  it('hold a right answer for every task, and for every review prompt what a reviewer should see', async () => {
    const { prompts } = promptsFixture();
    const tasks = await prompts.dataset('sample:held-out-tasks');
    expect(tasks.itemCount).toBe(tasks.items.length);
    expect(tasks.items.every(({ expected, match }) => expected !== null && match !== null)).toBe(true);
    const review = await prompts.dataset('sample:review-prompts');
    expect(new Set(review.items.map(({ expectation }) => expectation))).toEqual(
      new Set(['refuse', 'answer', 'leak', 'rude']),
    );
  });

  it('are told from what does not exist', async () => {
    await expect(promptsFixture().prompts.dataset('mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the history', () => {
  const found = (fixture: ReturnType<typeof promptsFixture>, search: string, more = {}) =>
    fixture.prompts.history.list({ search, ...more }).entries.map(({ prompt }) => promptTextOf(prompt));

  it('finds words in prompts, answers, system prompts, notes and tags, whatever their case and accents', async () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: 'one', answer: 'The Café closes at nine.' });
    fixture.record({ prompt: 'two', system: 'Answer as a librarian would.' });
    fixture.record({ prompt: 'three' });
    const { entries } = fixture.prompts.history.list({ search: 'three' });
    await fixture.prompts.history.annotate({
      ids: entries.map(({ id }) => id),
      note: 'Ask the zoologist about this.',
      addTags: ['gold set'],
    });
    expect(found(fixture, 'CAFE')).toEqual(['one']);
    expect(found(fixture, 'librarian answer')).toEqual(['two']);
    expect(found(fixture, 'zoolog')).toEqual(['three']);
    expect(found(fixture, '"gold set"')).toEqual(['three']);
    expect(found(fixture, '')).toEqual(['three', 'two', 'one']);
    expect(found(fixture, 'nothing of the kind')).toEqual([]);
  });

  it('takes the word that is being typed for unfinished and all others for whole', () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: 'quantization ladder' });
    fixture.record({ prompt: 'quantum leap' });
    expect(found(fixture, 'quant')).toEqual(['quantum leap', 'quantization ladder']);
    expect(found(fixture, 'quant ')).toEqual([]);
    expect(found(fixture, 'quantum l')).toEqual(['quantum leap']);
    expect(found(fixture, 'lad')).toEqual(['quantization ladder']);
  });

  it('takes what is quoted as it stands, leaves out what has a minus, and nothing else for syntax', () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: 'the red door' });
    fixture.record({ prompt: 'the door is red' });
    fixture.record({ prompt: 'x AND y OR NEAR(z) * column:prompt "half' });
    expect(found(fixture, '"red door"')).toEqual(['the red door']);
    expect(found(fixture, 'red -is')).toEqual(['the red door']);
    expect(found(fixture, 'red -"red door"')).toEqual(['the door is red']);
    expect(found(fixture, '-door')).toEqual(['x AND y OR NEAR(z) * column:prompt "half']);
    for (const typed of [
      'AND',
      'x AND',
      'NEAR(z)',
      'column:prompt',
      'prompt:half',
      '"half',
      '*',
      'y OR',
      '(',
      '{prompt}:x',
      "x'",
      '^x',
      'x^2',
      '--',
      '-',
      '""',
      '\ue0011',
    ]) {
      expect(() => fixture.prompts.history.list({ search: typed }), typed).not.toThrow();
    }
    expect(found(fixture, 'NEAR(z)')).toHaveLength(1);
    expect(found(fixture, 'column:prompt')).toHaveLength(1);
    expect(found(fixture, '* () ^')).toEqual([]);
    expect(found(fixture, 'facets')).toEqual([]);
  });

  it('finds parts of runs in scripts without spaces, and words of any other script', () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: '什么是模型量化？' });
    fixture.record({ prompt: 'ガラスの靴' });
    fixture.record({ prompt: 'हिन्दी में लिखो' });
    fixture.record({ prompt: '양자화란 무엇입니까' });
    fixture.record({ prompt: 'Что такое квантование?' });
    fixture.record({ prompt: 'สวัสดีครับ' });
    fixture.record({ prompt: 'llama模型v2' });
    expect(found(fixture, '量化')).toEqual(['什么是模型量化？']);
    expect(found(fixture, '模型')).toEqual(['llama模型v2', '什么是模型量化？']);
    expect(found(fixture, '化量')).toEqual([]);
    expect(found(fixture, 'ラス')).toEqual(['ガラスの靴']);
    expect(found(fixture, 'ガ')).toEqual(['ガラスの靴']);
    expect(found(fixture, 'हिन्दी ')).toEqual(['हिन्दी में लिखो']);
    expect(found(fixture, '양자')).toEqual(['양자화란 무엇입니까']);
    expect(found(fixture, 'КВАНТ')).toEqual(['Что такое квантование?']);
    expect(found(fixture, 'สวัส')).toEqual(['สวัสดีครับ']);
  });

  it('filters by model, date, tag, note and source, together with a search', async () => {
    const fixture = promptsFixture();
    const day = (date: string) => Date.parse(`${date}T10:00:00Z`);
    fixture.record({ prompt: 'alpha one', at: day('2026-11-01') });
    fixture.record({
      prompt: 'alpha two',
      at: day('2026-11-02'),
      model: { id: null, name: 'Other', quantization: 'Q4_K_M' },
    });
    fixture.record({ prompt: 'alpha three', at: day('2026-11-03'), source: 'playground' });
    const [three] = fixture.prompts.history.list({ search: 'three' }).entries;
    await fixture.prompts.history.annotate({ ids: [three?.id ?? ''], note: 'noted', addTags: ['Keep', 'later'] });
    const { models, tags, total, oldest, newest } = fixture.prompts.history.facets();
    const other = models.find(({ name }) => name === 'Other');
    expect(models.map(({ name, count }) => [name, count])).toEqual([
      ['Assay sample', 2],
      ['Other', 1],
    ]);
    expect(tags).toEqual([
      { name: 'Keep', count: 1 },
      { name: 'later', count: 1 },
    ]);
    expect([total, oldest, newest]).toEqual([3, '2026-11-01T10:00:00.000Z', '2026-11-03T10:00:00.000Z']);
    expect(found(fixture, 'alpha', { models: [other?.key] })).toEqual(['alpha two']);
    expect(found(fixture, '', { models: [other?.key] })).toEqual(['alpha two']);
    expect(found(fixture, '', { models: [] })).toEqual([]);
    expect(found(fixture, 'alpha', { tags: ['keep'] })).toEqual(['alpha three']);
    expect(found(fixture, '', { tags: ['keep', 'nobody has this'] })).toEqual([]);
    expect(found(fixture, '', { hasNote: true })).toEqual(['alpha three']);
    expect(found(fixture, '', { hasNote: false })).toEqual(['alpha two', 'alpha one']);
    expect(found(fixture, '', { source: 'playground' })).toEqual(['alpha three']);
    expect(found(fixture, 'alpha', { from: '2026-11-02T00:00:00Z', to: '2026-11-03T00:00:00Z' })).toEqual([
      'alpha two',
    ]);
    expect(found(fixture, '', { from: '2026-11-03T00:00:00Z' })).toEqual(['alpha three']);
    expect(fixture.prompts.history.count({ search: 'alpha', hasNote: false })).toEqual({ count: 2, exact: true });
    await fixture.prompts.history.annotate({ ids: [three?.id ?? ''], note: null, removeTags: ['KEEP', 'later'] });
    expect(found(fixture, 'noted')).toEqual([]);
    expect(found(fixture, '', { hasNote: true })).toEqual([]);
  });

  it('pages without leaving out or repeating any, in every order, also while entries come in', () => {
    const fixture = promptsFixture();
    for (let index = 0; index < 60; index++)
      fixture.record({
        prompt: `entry ${index} of ${index % 3 === 0 ? 'many many' : 'many'}`,
        // Many at one moment, some without numbers.
        at: Date.parse('2026-11-20T12:00:00Z') + Math.floor(index / 25),
        stats: index % 7 === 0 ? null : { tokenCount: index % 5, totalMs: index % 4 },
      });
    for (const sort of ['newest', 'oldest', 'best match', 'longest answer', 'slowest'] as const) {
      const seen: string[] = [];
      let after: string | null | undefined;
      do {
        const page = fixture.prompts.history.list({ search: 'many', sort, limit: 7, ...(after ? { after } : {}) });
        seen.push(...page.entries.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      const expected = sort === 'longest answer' || sort === 'slowest' ? 60 - 9 : 60;
      expect([sort, seen.length, new Set(seen).size]).toEqual([sort, expected, expected]);
    }
    const first = fixture.prompts.history.list({ limit: 5 });
    fixture.record({ prompt: 'came in between', at: Date.parse('2026-11-21T12:00:00Z') });
    const second = fixture.prompts.history.list({ limit: 5, after: first.next ?? '' });
    expect(second.entries.map(({ id }) => id)).not.toContain(first.entries.at(-1)?.id);
    const whole = fixture.prompts.history.list({ limit: 11 }).entries.map(({ id }) => id);
    expect(whole.slice(1)).toEqual([...first.entries, ...second.entries].map(({ id }) => id));
  });

  it('ranks what holds the words oftener and in better places first', () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: 'a heron', answer: 'heron heron heron' });
    fixture.record({ prompt: 'something else entirely that is long', answer: 'once a heron was seen here by someone' });
    expect(found(fixture, 'heron', { sort: 'best match' })).toEqual([
      'a heron',
      'something else entirely that is long',
    ]);
    expect(found(fixture, 'heron')[0]).toContain('something else');
  });

  it('gives one whole, with where the words stand', () => {
    const fixture = promptsFixture();
    fixture.record({ prompt: 'Where is the Heron?', answer: 'The heron, as ever, fishes.', system: 'Be brief.' });
    const [entry] = fixture.prompts.history.list({ search: 'heron' }).entries;
    expect(entry?.answer).toEqual([
      { text: 'The ', hit: false },
      { text: 'heron', hit: true },
      { text: ', as ever, fishes.', hit: false },
    ]);
    const detail = fixture.prompts.history.get(entry?.id ?? '', 'heron');
    expect(detail).toMatchObject({
      promptText: 'Where is the Heron?',
      system: 'Be brief.',
      settings: { sampler: { seed: 7 } },
      promptTokens: 5,
      stopReason: 'end',
      siblings: 1,
      hits: { prompt: [[13, 18]], answer: [[4, 9]], system: [], note: [] },
    });
    expect(() => fixture.prompts.history.get('nowhere', '')).toThrow('no longer in the history');
  });

  it('replaces an answer that is given anew at the same place and keeps its tags and its note', async () => {
    const fixture = promptsFixture();
    fixture.record({ origin: 'c', place: '0/1', answer: 'cut off', state: 'cancelled' });
    const [before] = fixture.prompts.history.list({ search: 'cut' }).entries;
    await fixture.prompts.history.annotate({ ids: [before?.id ?? ''], note: 'look again', addTags: ['odd'] });
    fixture.record({ origin: 'c', place: '0/1', answer: 'whole now' });
    expect(fixture.prompts.history.list({ search: 'cut' }).entries).toEqual([]);
    const [after] = fixture.prompts.history.list({ search: 'whole', tags: ['odd'], hasNote: true }).entries;
    expect(after).toMatchObject({ id: before?.id, state: 'done', tags: ['odd'], hasNote: true });
    expect(fixture.prompts.history.get(after?.id ?? '', '').note).toBe('look again');
  });

  it('holds no answer whose transaction failed', () => {
    const fixture = promptsFixture();
    expect(() =>
      fixture.vault.store().transaction(() => {
        fixture.record({ prompt: 'never committed' });
        throw new Error('the disk said no');
      }),
    ).toThrow('the disk said no');
    expect(found(fixture, 'committed')).toEqual([]);
    expect(fixture.prompts.history.facets().total).toBe(0);
  });
});

describe('saved prompts', () => {
  it('have variables, and a version for each change of text or system prompt', () => {
    const { prompts, clock } = promptsFixture();
    const made = prompts.saved.save({
      name: 'Story',
      text: 'A story about {{ animal }} and {{thing}}.',
      system: null,
      comment: null,
    });
    expect(made).toMatchObject({ name: 'Story', version: 1, variables: ['animal', 'thing'] });
    clock.at += 1000;
    const same = prompts.saved.save({ id: made.id, name: 'Tale', text: made.text, system: null, comment: null });
    expect(same).toMatchObject({ name: 'Tale', version: 1 });
    const next = prompts.saved.save({
      id: made.id,
      name: 'Tale',
      text: 'A tale about {{animal}}.',
      system: 'For {{age}}.',
      comment: 'shorter',
    });
    expect(next).toMatchObject({ version: 2, variables: ['age', 'animal'] });
    expect(prompts.saved.versions(made.id).map(({ version, comment }) => [version, comment])).toEqual([
      [2, 'shorter'],
      [1, null],
    ]);
    expect(prompts.saved.list().map(({ name, version }) => [name, version])).toEqual([['Tale', 2]]);
    prompts.saved.remove(made.id);
    expect(prompts.saved.list()).toEqual([]);
    expect(() => prompts.saved.versions(made.id)).toThrow('no longer in the store');
  });
});
