import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readChats } from '../../main/services/prompts/import/readChats.ts';
import { annotateInput, historyListInput } from '../../preload/contract/prompts.ts';
import { janMessages, janThread, llamaCpp, lmStudio, openWebUi } from '../helpers/foreignChats.ts';
import { promptsFixture } from '../helpers/promptsFixture.ts';
import { zipFile } from '../helpers/zipFile.ts';

const file = (name: string, value: unknown) => ({
  name,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});
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
        messagesBefore: 0,
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

  it('without what the model thought, however a program writes it into the answer', () => {
    const openWebUiSaid = (text: string) => {
      const exported = structuredClone(openWebUi);
      Object.assign(exported[0]?.chat.history.messages.a3 ?? {}, { content: text });
      return answersOf(file('chat.json', exported)).map(({ answer }) => answer)[2];
    };
    const block = '<details type="reasoning" done="true" duration="3">\n<summary>Thought</summary>\n> Hm.\n</details>';
    expect(openWebUiSaid(`${block}\nEgret.`)).toBe('Egret.');
    expect(openWebUiSaid(`Wait. ${block}\n${block}\nEgret.`)).toBe('Wait. \n\nEgret.');
    expect(openWebUiSaid('<think>\nHm.</think>\n\nEgret.')).toBe('Egret.');
    expect(openWebUiSaid('<<<reasoning_content_start>>>Hm.<<<reasoning_content_end>>>Egret.')).toBe('Egret.');
    // Thought to the end: there is no answer.
    expect(openWebUiSaid('<think>Hm.')).toBeUndefined();
    // What a model says about it stays.
    expect(openWebUiSaid('Qwen3 writes <think> and </think>.')).toBe('Qwen3 writes <think> and </think>.');
    expect(openWebUiSaid(' As it is. ')).toBe(' As it is. ');
  });

  it('an archive of them, stored or packed', () => {
    const archive = zipFile([
      ['chats/one.json', JSON.stringify(llamaCpp), true],
      ['chats/two.json', JSON.stringify(openWebUi), false],
      ['chats/picture.png', 'not a chat', false],
    ]);
    expect(answersOf({ name: 'export.zip', bytes: archive })).toHaveLength(4);
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

  it('brings tags as they can be written by hand, each on one line, and every one can be taken away again', async () => {
    const one = promptsFixture();
    one.record();
    const exported = JSON.parse(one.prompts.export({ format: 'jsonl' }).text);
    const tags = ['two\nlines', 'cut\u2028by\u0000others', '  spaced  ', ' ', '\n', 'plain'];
    const { prompts } = promptsFixture();
    const base64 = Buffer.from(JSON.stringify({ ...exported, tags })).toString('base64');
    await prompts.import({ files: [{ name: 'history.jsonl', base64 }] });
    const [entry] = prompts.history.list(historyListInput.parse({})).entries;
    const written = ['cut by others', 'plain', 'spaced', 'two lines'];
    expect(entry?.tags.toSorted()).toEqual(written);
    const ids = [entry?.id ?? ''];
    for (const tag of written) expect(annotateInput.parse({ ids, addTags: [tag] }).addTags).toEqual([tag]);
    expect(annotateInput.safeParse({ ids, addTags: ['two\nlines'] }).success).toBe(false);
    await prompts.history.annotate({ ids, removeTags: written });
    expect(prompts.history.facets().tags).toEqual([]);
  });
});
