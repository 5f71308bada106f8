import { describe, expect, it } from 'vitest';
import { readChats } from '../../main/services/prompts/import/readChats.ts';
import { janMessages, llamaCpp, lmStudio, openWebUi } from '../helpers/foreignChats.ts';
import { promptsFixture } from '../helpers/promptsFixture.ts';
import { zipFile } from '../helpers/zipFile.ts';

const file = (name: string, value: unknown) => ({
  name,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
});

function answersOf(...files: ReturnType<typeof file>[]) {
  const { chats, skipped } = readChats(files);
  expect(skipped).toEqual([]);
  return chats.flatMap(({ chat }) => chat.answers);
}

describe('among the chats of other programs', () => {
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

  describe('one that cannot be read costs only itself, and is named with the reason', () => {
    const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
    const reading = (name: string, value: unknown) => {
      const { chats, skipped } = readChats([file(name, value)]);
      const answers = chats.flatMap(({ chat }) => chat.answers.map(({ prompt, answer }) => [prompt, answer]));
      return { answers, skipped };
    };
    const { conv, messages } = llamaCpp;
    const herons = [['Where do they sleep?', 'In trees.']];

    it('Open WebUI: chats and messages', () => {
      const [good] = openWebUi;
      const { answers, skipped } = reading('ow.json', [
        good,
        { id: 'x', title: 'Odd', chat: null },
        { ...good, id: 'y' },
      ]);
      expect(answers).toHaveLength(6);
      expect(skipped).toEqual([
        'ow.json holds something that cannot be read and was left out: chat 2 “Odd” (its “chat” is missing or of another kind).',
      ]);
      const odd = structuredClone(openWebUi);
      Object.assign(odd[0]?.chat.history.messages ?? {}, { broken: { id: 7 } });
      expect(reading('ow.json', odd).skipped).toEqual([
        'ow.json holds something that cannot be read and was left out: “Two tries”, message 6 (its “id” is missing or of another kind).',
      ]);
    });

    it('llama.cpp’s web UI: chats, messages, and lines; what was said in a gap is not known', () => {
      const noRole = { id: 'n4', parent: 'n2', content: 'x' };
      expect(
        reading('lc.json', [
          { conv, messages: [...messages, noRole] },
          { conv, messages: null },
        ]),
      ).toEqual({
        answers: herons,
        skipped: [
          'lc.json holds 2 things that cannot be read and were left out: chat 2 “Herons” (its “messages” is missing or of another kind), “Herons”, message 5 (its “role” is missing or of another kind).',
        ],
      });
      expect(reading('lc.jsonl', lines([conv, ...messages, { convId: conv.id, id: 'n4' }]))).toEqual({
        answers: herons,
        skipped: ['lc.jsonl holds something that cannot be read and was left out: line 6 (nothing of this kind).'],
      });
      const say = (id: number, role: string, content: string) => ({ id, role, content });
      const older = [say(1, 'user', 'a'), say(2, 'assistant', 'b'), { id: 3, content: 'c' }, say(4, 'assistant', 'd')];
      expect(reading('old.json', { id: 'conv-9', lastModified: 1, messages: older })).toMatchObject({
        answers: [
          ['a', 'b'],
          ['', 'd'],
        ],
        skipped: [expect.stringContaining('message 3 (its “role”')],
      });
    });

    it('Jan, LM Studio and Assay’s own: messages and answers', () => {
      const said = { ...janMessages[0], id: 'm4', created_at: 1_730_000_004_000 };
      const odd = { ...janMessages[1], role: 7, created_at: 1_730_000_003_000 };
      expect(reading('messages.jsonl', lines([...janMessages, odd, said, null]))).toMatchObject({
        answers: [
          ['How do I know a heron?', 'Long legs.'],
          ['', 'Long legs.'],
        ],
        skipped: [
          expect.stringMatching(/^messages.jsonl holds 2 things .* message 3 \(its “role” .* message 5 \(nothing of/),
        ],
      });
      const chat = { ...lmStudio, messages: [...lmStudio.messages, { versions: [] }] };
      expect(reading('lm.json', chat)).toMatchObject({
        answers: [
          ['What is a heron?', 'A fish.'],
          ['What is a heron?', 'A wading bird.'],
        ],
        skipped: [expect.stringContaining('“Release notes”, message 3 (its “versions”')],
      });
      const { prompts, record } = promptsFixture();
      record();
      const [own] = prompts.export({ format: 'jsonl' }).text.split('\n');
      const { answers, skipped } = reading('own.jsonl', `${own}\n${'{}\n'.repeat(5)}`);
      expect(answers).toHaveLength(1);
      expect(skipped).toEqual([expect.stringMatching(/^own.jsonl holds 5 things .* answer 4 \(.*\) and 2 more\.$/)]);
    });
  });

  it('hostile files end in a sentence: deep nesting, a loop of parents, bombs, strange moments', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(readChats([file('deep.json', deep)]).skipped).toHaveLength(1);
    const loop = structuredClone(llamaCpp);
    for (const message of loop.messages) message.parent = 'n3';
    expect(answersOf(file('loop.json', loop))).toHaveLength(1);
    const bomb = zipFile([['bomb.json', '0'.repeat(30_000_000), true]]);
    expect(bomb.length).toBeLessThan(100_000);
    expect(readChats([{ name: 'bomb.zip', bytes: bomb }]).skipped).toHaveLength(1);
    const values = zipFile([['values.json', `[${'{},'.repeat(3_000_000)}{}]`, true]]);
    expect(readChats([{ name: 'values.zip', bytes: values }]).skipped).toEqual([
      'values.zip/values.json holds more than 5 million values, far more than chats have. Import it in parts.',
    ]);
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
