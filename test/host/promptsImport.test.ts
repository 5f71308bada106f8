import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readChats } from '../../main/services/prompts/import/readChats.ts';
import { janMessages, janThread, llamaCpp, lmStudio, openWebUi } from '../helpers/foreignChats.ts';
import { promptsFixture } from '../helpers/promptsFixture.ts';
import { zipFile } from '../helpers/zipFile.ts';

const file = (name: string, value: unknown) => ({
  name,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
const asFile = (name: string, text: string) => ({ name, base64: Buffer.from(text).toString('base64') });
const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');

function answersOf(...files: ReturnType<typeof file>[]) {
  const { chats, skipped } = readChats(files);
  expect(skipped).toEqual([]);
  return chats.flatMap(({ format, chat }) =>
    chat.answers.map((answer) => ({ from: format.name, title: chat.title, ...answer })),
  );
}

describe('chats of other programs', () => {
  it('LM Studio: every version of an answer, without what the model thought', () => {
    const [fish, ...chosen] = answersOf(file('1730000000000.conversation.json', lmStudio));
    expect(fish).toMatchObject({ prompt: 'What is a heron?', answer: 'A fish.', model: null });
    expect(chosen).toEqual([
      {
        from: 'LM Studio',
        title: 'Release notes',
        place: expect.stringMatching(/^1 [0-9a-f]{16}$/),
        at: 1_730_000_000_001,
        model: 'qwen/qwen3-4b@q4_k_m',
        system: 'Be exact.',
        prompt: 'What is a heron?',
        answer: 'A wading bird.',
        settings: { 'llm.prediction.temperature': 0.7 },
        stats: {
          promptTokens: 21,
          tokenCount: 5,
          ttftMs: 250,
          tokensPerSecond: 41.5,
          totalMs: 1500,
          stopReason: 'end',
        },
      },
    ]);
  });

  it('Jan: messages in the order of time, with what the thread says of model and instructions', () => {
    const both = answersOf(
      file('threads/a/messages.jsonl', lines(janMessages)),
      file('threads/a/thread.json', janThread),
    );
    expect(both).toMatchObject([
      {
        from: 'Jan',
        title: 'Birds',
        at: 1_730_000_002_000,
        model: 'llama3.2-3b-instruct',
        system: 'Answer as a birder.',
        prompt: 'How do I know a heron?',
        answer: 'Long legs.',
        stats: { tokenCount: 9, tokensPerSecond: 22.5 },
      },
    ]);
    expect(answersOf(file('messages.jsonl', lines(janMessages)))).toMatchObject([
      { title: null, answer: 'Long legs.' },
    ]);
  });

  it('Open WebUI: every branch, each answer with what was asked before it', () => {
    const answers = answersOf(file('chat-export.json', openWebUi));
    expect(answers.map(({ prompt, answer, model, at }) => [prompt, answer, model, at])).toEqual([
      ['Name a wader.', 'Stork.', 'gemma3:4b', 1_730_000_002_000],
      ['Name a wader.', 'Heron.', 'qwen3:4b', 1_730_000_003_000],
      ['Another.', 'Egret.', 'gemma3:4b', 1_730_000_005_000],
    ]);
    expect(answers[0]).toMatchObject({
      from: 'Open WebUI',
      title: 'Two tries',
      system: 'Short answers.',
      settings: { temperature: 0.2 },
    });
    expect(answersOf(file('one.json', openWebUi[0]))).toHaveLength(3);
  });

  it('llama.cpp’s web UI: one conversation, several, line by line, and as it was before branches', () => {
    const expected = [
      {
        from: 'llama.cpp web UI',
        title: 'Herons',
        system: 'You know birds.',
        prompt: 'Where do they sleep?',
        answer: 'In trees.',
        model: 'model-Q4_K_M.gguf',
        stats: { promptTokens: 12, tokenCount: 4, ttftMs: 100, tokensPerSecond: 20, totalMs: 300 },
      },
    ];
    expect(answersOf(file('conversation.json', llamaCpp))).toMatchObject(expected);
    expect(answersOf(file('conversations.json', [llamaCpp]))).toMatchObject(expected);
    expect(answersOf(file('conversation.jsonl', lines([llamaCpp])))).toMatchObject(expected);
    expect(answersOf(file('records.jsonl', lines([llamaCpp.conv, ...llamaCpp.messages])))).toMatchObject(expected);
    const before = {
      id: 'conv-9',
      lastModified: 1_700_000_000_000,
      messages: [
        { id: 1, role: 'user', content: 'a' },
        { id: 2, role: 'assistant', content: 'b' },
      ],
    };
    expect(answersOf(file('old.json', before))).toMatchObject([{ prompt: 'a', answer: 'b' }]);
  });

  it('an archive of them, stored or packed', () => {
    const archive = zipFile([
      ['chats/one.json', JSON.stringify(llamaCpp), true],
      ['chats/two.json', JSON.stringify(openWebUi), false],
      ['chats/picture.png', 'not a chat', false],
    ]);
    expect(answersOf({ name: 'export.zip', bytes: archive })).toHaveLength(4);
  });

  it('what cannot be taken in is named in a sentence each, and the rest is taken in all the same', () => {
    const { chats, skipped } = readChats([
      file('good.json', llamaCpp),
      file('prose.txt', 'Dear diary'),
      file('empty.json', ' '),
      file('other.json', { something: 'else' }),
      file('cut.jsonl', '{"a":1}\n{"b":'),
      { name: 'picture.json', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) },
      { name: 'cut.zip', bytes: zipFile([['a.json', JSON.stringify(llamaCpp), true]]).subarray(0, 60) },
      file('null.json', null),
      file('list.json', []),
      file('wrong.json', { conv: { id: 'x' }, messages: 'none' }),
    ]);
    expect(chats).toHaveLength(1);
    expect(skipped).toHaveLength(9);
    for (const sentence of skipped) expect(sentence).toMatch(/^\S+\.(json|jsonl|zip|txt) .+\.$/);
    expect(skipped.join(' ')).toContain('line 2');
  });

  it('hostile files end in a sentence: deep nesting, a loop of parents, a bomb, strange moments', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(readChats([file('deep.json', deep)]).skipped).toHaveLength(1);
    const loop = structuredClone(llamaCpp);
    for (const message of loop.messages) message.parent = 'n3';
    expect(answersOf(file('loop.json', loop))).toHaveLength(1);
    const bomb = zipFile([['bomb.json', '0'.repeat(30_000_000), true]]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(readChats([{ name: 'bomb.zip', bytes: bomb }]).skipped).toHaveLength(1);
    const when = structuredClone(openWebUi);
    Object.assign(when[0]?.chat.history.messages.a1 ?? {}, { timestamp: 1e300, content: { odd: true } });
    Object.assign(when[0]?.chat.history.messages.a3 ?? {}, { timestamp: 'yesterday', content: 17 });
    expect(answersOf(file('when.json', when)).map(({ answer }) => answer)).toEqual(['Heron.']);
  });
});

describe('a chat of 200,000 messages', () => {
  const count = 200_000;
  const role = (index: number) => (index % 2 === 0 ? 'user' : 'assistant');

  it.each(['Open WebUI', 'llama.cpp'])('of %s is read in less than two seconds', (program) => {
    const message = (index: number) => ({ id: `m${index}`, role: role(index), content: `${index}` });
    const all = Array.from({ length: count }, (_, index) => index);
    const history = Object.fromEntries(
      all.map((index) => [`m${index}`, { ...message(index), parentId: index === 0 ? null : `m${index - 1}` }]),
    );
    const chain = all.map((index) => ({ ...message(index), parent: index === 0 ? null : `m${index - 1}` }));
    const exported =
      program === 'Open WebUI'
        ? [{ id: 'long', chat: { history: { messages: history } } }]
        : { conv: { id: 'long' }, messages: chain.reverse() };
    const long = file('long.json', exported);
    // Time of this thread alone: what else the machine does must not count.
    const begun = process.threadCpuUsage();
    const { chats } = readChats([long]);
    const { user, system } = process.threadCpuUsage(begun);
    const answers = chats[0]?.chat.answers ?? [];
    expect(answers).toHaveLength(count / 2);
    for (const { prompt, answer } of answers) if (Number(prompt) !== Number(answer) - 1) expect(answer).toBe(prompt);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});

describe('an import', () => {
  it('comes from a folder, once however often, at its own dates, and can be found', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-import-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'threads/jan_1'), { recursive: true });
    writeFileSync(join(folder, 'threads/jan_1/thread.json'), JSON.stringify(janThread));
    writeFileSync(join(folder, 'threads/jan_1/messages.jsonl'), lines(janMessages));
    writeFileSync(join(folder, 'lm.conversation.json'), JSON.stringify(lmStudio));
    writeFileSync(join(folder, 'notes.json'), '{"not": "a chat"}');
    const { prompts } = promptsFixture();
    const first = await prompts.import({ path: folder });
    expect(first).toMatchObject({ formats: ['LM Studio', 'Jan'], conversations: 2, added: 3, known: 0 });
    expect(first.skipped).toHaveLength(1);
    expect(await prompts.import({ path: folder })).toMatchObject({ added: 0, known: 3 });
    const { entries } = prompts.history.list({ search: 'heron -fish', source: 'import' });
    expect(entries.map(({ at, title }) => [at, title])).toEqual([
      ['2024-10-27T03:33:22.000Z', 'Birds'],
      ['2024-10-27T03:33:20.001Z', 'Release notes'],
    ]);
    expect(entries[1]?.model).toMatchObject({ name: 'qwen/qwen3-4b@q4_k_m', quantization: 'Q4_K_M', sha256: null });
    expect(prompts.history.get(entries[1]?.id ?? '', '').settings).toMatchObject({ importedFrom: 'LM Studio' });
    await expect(prompts.import({ path: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(prompts.import({ path: join(folder, 'notes.json') })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    mkdirSync(join(folder, 'bare'));
    symlinkSync(folder, join(folder, 'bare/loop'), 'junction');
    await expect(prompts.import({ path: join(folder, 'bare') })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('of our own export brings everything back, and once more changes nothing', async () => {
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

  it('of our own export doubles nothing and loses nothing, in the same store, in another and back again', async () => {
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

  it('an export of many comes in parts that make one whole', async () => {
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
