import { describe, expect, it } from 'vitest';
import { openWebUi } from '../helpers/foreignChats.ts';
import { promptsFixture, promptTextOf } from '../helpers/promptsFixture.ts';

const asFile = (name: string, text: string) => ({ name, base64: Buffer.from(text).toString('base64') });

describe('an export', () => {
  it('brings everything back when it is taken in, and once more changes nothing', async () => {
    const one = promptsFixture();
    one.record({
      origin: 'c',
      place: '0/0',
      prompt: 'first\nline',
      answer: 'a "quoted" ``` answer',
      system: 'Be brief.',
      title: 'Titled',
    });
    one.record({ origin: 'c', place: '0/1', prompt: 'second', stats: null });
    const [second] = one.prompts.history.list({ search: 'second' }).entries;
    await one.prompts.history.annotate({ ids: [second?.id ?? ''], note: 'noted', addTags: ['x', 'y'] });
    const exported = one.prompts.export({ format: 'jsonl' });
    expect(exported).toMatchObject({ count: 2, next: null, mediaType: 'application/jsonl' });
    const two = promptsFixture();
    const input = { files: [{ name: 'history.jsonl', base64: Buffer.from(exported.text).toString('base64') }] };
    expect(await two.prompts.import(input)).toMatchObject({ formats: ['Assay'], added: 2, skipped: [] });
    expect(await two.prompts.import(input)).toMatchObject({ added: 0, known: 2 });
    const [back] = two.prompts.history.list({ search: 'second', tags: ['x', 'y'], hasNote: true }).entries;
    expect(two.prompts.history.get(back?.id ?? '', '')).toMatchObject({
      promptText: 'second',
      note: 'noted',
      at: second?.at,
    });
    const [first] = two.prompts.history.list({ search: 'first' }).entries;
    expect(two.prompts.history.get(first?.id ?? '', '')).toMatchObject({
      promptText: 'first\nline',
      answerText: 'a "quoted" ``` answer',
      system: 'Be brief.',
      tokenCount: 6,
      stopReason: 'end',
    });
    const markdown = one.prompts.export({ format: 'markdown', matching: { search: 'first' } });
    expect(markdown.text).toContain('````text\na "quoted" ``` answer\n````');
    expect(markdown.text).not.toContain('second');
  });

  it('doubles nothing and loses nothing when it is taken in, in the same store, in another and back again', async () => {
    const sha256 = 'ab'.repeat(32);
    const model = { id: null, name: 'Tiny', quantization: 'Q4_K_M', sha256 };
    const one = promptsFixture();
    one.record({ prompt: 'own', model, state: 'cancelled', title: 'Titled' });
    one.record({ prompt: 'same name', model: { ...model, sha256: 'cd'.repeat(32) }, settings: { importedFrom: 'me' } });
    await one.prompts.import({ files: [asFile('open.json', JSON.stringify(openWebUi))] });
    const exported = one.prompts.export({ format: 'jsonl' }).text;
    const back = { files: [asFile('history.jsonl', exported)] };
    expect(await one.prompts.import(back)).toMatchObject({ added: 0, known: 5 });
    const two = promptsFixture();
    expect(await two.prompts.import(back)).toMatchObject({ added: 5, known: 0 });
    const there = two.prompts.export({ format: 'jsonl', matching: { search: 'own' } }).text;
    const { origin, source, settings, ...own } = JSON.parse(there);
    expect(JSON.parse(exported.split('\n').find((line) => line.includes('"own"')) ?? '')).toMatchObject(own);
    expect(own).toMatchObject({ model, state: 'cancelled', title: 'Titled' });
    expect(settings.importedFrom).toBe('Assay');
    const [named] = two.prompts.history.list({ search: 'same name' }).entries;
    expect(two.prompts.history.get(named?.id ?? '', '')).toMatchObject({
      model: { sha256: 'cd'.repeat(32) },
      settings: { importedFrom: 'Assay' },
    });
    const home = {
      files: [asFile('two.jsonl', two.prompts.export({ format: 'jsonl', matching: { search: 'own' } }).text)],
    };
    expect(await one.prompts.import(home)).toMatchObject({ added: 0, known: 1 });
  });

  it('holds what stands behind a NUL, as the list and the entry do, also after a note was added', async () => {
    const one = promptsFixture();
    one.record({ prompt: 'a\0b', answer: 'head\0tailword', system: 's\0t' });
    const whole = { promptText: 'a\0b', answerText: 'head\0tailword', system: 's\0t' };
    const [entry] = one.prompts.history.list({ search: 'tailword' }).entries;
    expect(promptTextOf(entry?.answer ?? [])).toBe('head\0tailword');
    await one.prompts.history.annotate({ ids: [entry?.id ?? ''], note: 'noted' });
    expect(one.prompts.history.get(entry?.id ?? '', '')).toMatchObject(whole);
    const { text } = one.prompts.export({ format: 'jsonl' });
    expect(one.prompts.export({ format: 'markdown' }).text).toContain('head\0tailword');
    const two = promptsFixture();
    await two.prompts.import({ files: [asFile('history.jsonl', text)] });
    const [back] = two.prompts.history.list({ search: 'tailword' }).entries;
    expect(two.prompts.history.get(back?.id ?? '', '')).toMatchObject(whole);
  });

  it('of many comes in parts that make one whole', async () => {
    const one = promptsFixture();
    const word = 'word '.repeat(20_000);
    for (let index = 0; index < 90; index++) one.record({ prompt: `number ${index}`, answer: word });
    const seen: number[] = [];
    let after: string | undefined;
    let parts = 0;
    do {
      const part = one.prompts.export({ format: 'jsonl', ...(after === undefined ? {} : { after }) });
      seen.push(
        ...part.text
          .trimEnd()
          .split('\n')
          .map((line) => Number(JSON.parse(line).prompt.slice(7))),
      );
      after = part.next ?? undefined;
      parts += 1;
    } while (after !== undefined);
    expect(parts).toBeGreaterThan(1);
    expect(seen).toEqual(Array.from({ length: 90 }, (_, index) => 89 - index));
    const ids = one.prompts.history.list({ limit: 45 }).entries.map(({ id }) => id);
    expect(one.prompts.export({ format: 'jsonl', ids: ids.slice(0, 25) }).count).toBe(25);
  });
});
