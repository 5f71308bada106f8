import { describe, expect, it } from 'vitest';
import { readChats } from '../../main/services/prompts/import/readChats.ts';
import { llamaCpp, openWebUi } from '../helpers/foreignChats.ts';
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
