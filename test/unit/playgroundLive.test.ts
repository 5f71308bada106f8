import { describe, expect, it } from 'vitest';
import type { Token } from '../../preload/contract/engine.ts';
import {
  type ChatAnswer,
  type ChatMessage,
  type ConversationEvent,
  type ConversationTree,
  chatSettings,
} from '../../preload/contract/playground.ts';
import {
  answerUnderWay,
  applyEvent,
  below,
  branchOf,
  isContextFull,
  placesOf,
  type ShownConversation,
} from '../../renderer/features/compare/playground/live.ts';

const token = (text: string, id: number): Token => ({ text, id, logprob: -0.5, ms: id });
const tree = (nodes: [id: string, parent: string | null][], path: string[]): ConversationTree => ({
  id: 'c',
  name: null,
  excerpt: 'one',
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
  messageCount: nodes.length,
  nodes: nodes.map(([id, parent]) => ({ id, parent, role: id.startsWith('a') ? 'assistant' : 'user' })),
  path,
});
const answerOf = (): ChatAnswer => ({
  state: 'running',
  loadProgress: null,
  model: { reference: 'sample', id: 'm', name: 'Sample', quantization: 'F16' },
  settings: chatSettings.parse({ model: 'sample' }),
  tokens: [token('Hen', 1)],
  stats: null,
  context: { size: 64, used: 20, kept: 0 },
  error: null,
  continuedAt: [],
  jobId: 'j',
});
const message = (id: string, parent: string | null, more: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  parent,
  createdAt: '2026-11-20T12:00:00.000Z',
  text: id,
  answer: null,
  ...more,
});
const begun = (): ConversationEvent[] => [
  {
    type: 'tree',
    tree: tree(
      [
        ['u1', null],
        ['a1', 'u1'],
      ],
      ['u1', 'a1'],
    ),
  },
  { type: 'message', message: message('u1', null) },
  { type: 'message', message: message('a1', 'u1', { text: 'Hen', answer: answerOf() }) },
];
const shown = (events: ConversationEvent[]) =>
  events.reduce<ShownConversation | null>((before, event) => applyEvent(before, event), null);

describe('a conversation on the screen', () => {
  it('grows by the tokens that come, and repeats and gaps do it no harm', () => {
    const tokens = (from: number, ...texts: string[]): ConversationEvent => ({
      type: 'tokens',
      message: 'a1',
      from,
      tokens: texts.map((text, index) => token(text, from + index + 1)),
    });
    const after = shown([...begun(), tokens(1, ' saw', ' a'), tokens(2, ' a', ' key'), tokens(9, ' lost')]);
    const grown = after?.messages.get('a1');
    expect(grown?.text).toBe('Hen saw a key');
    expect(grown?.answer?.tokens.length).toBe(4);
    expect(answerUnderWay(after)?.id).toBe('a1');
  });

  it('shows the branch that was chosen, with gaps where its messages have not come', () => {
    const after = shown([
      ...begun(),
      {
        type: 'tree',
        tree: tree(
          [
            ['u1', null],
            ['a1', 'u1'],
            ['a2', 'u1'],
          ],
          ['u1', 'a2'],
        ),
      },
    ]);
    expect(after && branchOf(after).map((one) => one?.id)).toEqual(['u1', undefined]);
    expect(after && placesOf(after.tree).get('a2')).toEqual({ ids: ['a1', 'a2'], at: 1 });
    expect(after && placesOf(after.tree).get('u1')).toEqual({ ids: ['u1'], at: 0 });
  });

  it('keeps the tokens when the rest of an answer changes, and is gone when it was deleted', () => {
    const { tokens: _, ...rest } = answerOf();
    const ended: ConversationEvent = { type: 'answer', message: 'a1', answer: { ...rest, state: 'done' } };
    const after = shown([...begun(), ended]);
    expect(after?.messages.get('a1')?.answer).toMatchObject({ state: 'done' });
    expect(after?.messages.get('a1')?.answer?.tokens.length).toBe(1);
    expect(answerUnderWay(after)).toBeNull();
    expect(shown([...begun(), { type: 'gone' }])).toBeNull();
  });

  it('knows what follows a message, in every branch: what goes with it', () => {
    const nodes: [string, string | null][] = [
      ['u1', null],
      ['a1', 'u1'],
      ['u2', 'a1'],
      ['a2', 'u2'],
      ['a3', 'u2'],
      ['u3', 'a1'],
    ];
    expect([...below(tree(nodes, ['u1', 'a1', 'u2', 'a3']), 'u2')]).toEqual(['u2', 'a2', 'a3']);
  });

  it('holds an answer that goes on as it is sent anew', () => {
    const cut = message('a1', 'u1', { text: 'He', answer: { ...answerOf(), tokens: [token('He', 5)] } });
    expect(shown([...begun(), { type: 'message', message: cut }])?.messages.get('a1')?.text).toBe('He');
  });
});

describe('a context', () => {
  it('is full when the conversation and the answer take all of it', () => {
    expect(isContextFull({ context: null })).toBe(false);
    expect(isContextFull({ context: { size: 64, used: 63, kept: 0 } })).toBe(false);
    expect(isContextFull({ context: { size: 64, used: 65, kept: 0 } })).toBe(true);
  });
});
