import { describe, expect, it } from 'vitest';
import { conversationsOf, plainText } from '../../main/services/divergence/text.rules.ts';
import type { DatasetItem } from '../../preload/contract/prompts.ts';

describe('what is read of a data set', () => {
  const item = (id: string, more: Partial<DatasetItem>): DatasetItem => ({
    id,
    group: 'g',
    system: null,
    turns: [`question ${id}`],
    answers: null,
    expected: `answer ${id}`,
    match: 'exact',
    expectation: null,
    ...more,
  });
  const items = [
    item('1', {}),
    item('2', { system: 'Be short.' }),
    item('3', { turns: ['one', 'two'] }),
    item('4', { expected: ['part'], match: 'contains' }),
    item('5', { expected: 'ends so', match: 'ends' }),
    item('6', { expected: null, match: null }),
    item('7', { match: 'json', expected: '{"a":1}' }),
  ];

  it('are all turns of items whose every answer is known', () => {
    const talk = item('8', {
      system: 'Be kind.',
      turns: ['I am Ada.', 'Who am I?'],
      expected: ['Ada'],
      match: 'contains',
    });
    const known = conversationsOf([{ ...talk, answers: ['Hello, Ada.', 'You are Ada.'] }]);
    expect(known).toEqual([
      {
        item: 1,
        system: 'Be kind.',
        messages: [
          { role: 'user', text: 'I am Ada.' },
          { role: 'assistant', text: 'Hello, Ada.' },
          { role: 'user', text: 'Who am I?' },
          { role: 'assistant', text: 'You are Ada.' },
        ],
      },
    ]);
    expect(conversationsOf([talk, { ...talk, answers: ['Hello, Ada.'] }])).toEqual([]);
  });

  it('are the items with one whole answer to a single question', () => {
    expect(conversationsOf(items).map(({ messages }) => messages.at(-1)?.text)).toEqual([
      'answer 1',
      'answer 2',
      '{"a":1}',
    ]);
    expect(conversationsOf(items)[1]?.system).toBe('Be short.');
    expect(plainText(items)).toBe('question 1\nanswer 1\n\nquestion 2\nanswer 2\n\nquestion 7\n{"a":1}');
  });

  it('are spread evenly when fewer are wanted', () => {
    const many = Array.from({ length: 100 }, (_, index) => item(String(index), {}));
    const wanted = conversationsOf(many, 4).map(({ messages }) => messages[0]?.text);
    expect(wanted).toEqual(['question 0', 'question 25', 'question 50', 'question 75']);
  });
});
