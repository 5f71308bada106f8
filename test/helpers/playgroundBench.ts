import type { AnswerHistory } from '../../main/services/compare/history.ts';
import { createPlayground, type Playground } from '../../main/services/compare/index.ts';
import {
  type AskInput,
  type BegunAnswer,
  type ChatAnswer,
  type ChatMessage,
  type Conversation,
  type ConversationEvent,
  conversationEvent,
  conversation as conversationSchema,
} from '../../preload/contract/playground.ts';
import { type CharacterEngine, characterModels, createCharacterEngine } from './characterEngine.ts';
import { type Opened, openServices } from './openServices.ts';

export interface PlaygroundBench extends Opened {
  playground: Playground;
  engine: CharacterEngine;
}

const open = new Set<PlaygroundBench>();

/** For afterEach. */
export async function closePlaygrounds(): Promise<void> {
  for (const one of open) await one.close();
  open.clear();
}

/** The playground on a store and a queue of its own, with the character engine. */
export function playgroundBench(
  options: { tokenMs?: number; folder?: string; history?: AnswerHistory } = {},
): PlaygroundBench {
  const opened = openServices({ folder: options.folder });
  const engine = createCharacterEngine(options);
  const models = characterModels(['base', 'q4', 'crash', 'broken', 'absent', 'base-slow']);
  const playground = createPlayground({ ...opened, models, engine, history: options.history });
  const one = { ...opened, playground, engine };
  open.add(one);
  return one;
}

export const settings = (model: string, more: Partial<AskInput['settings']> = {}): AskInput['settings'] => ({
  model,
  sampler: { maxTokens: 8 },
  ...more,
});

/** A turn to `base`, of a new conversation unless one is named. */
export const ask = (text: string, more: { conversation?: string; parent?: string | null; model?: string } = {}) => ({
  conversation: more.conversation,
  parent: more.parent ?? null,
  text,
  settings: settings(more.model ?? 'base'),
});

/** Resolves when the answer that was begun has some tokens and goes on. */
export async function tokensCame(
  { playground }: Pick<PlaygroundBench, 'playground'>,
  { conversation }: BegunAnswer,
): Promise<void> {
  for await (const event of playground.watch(conversation, new AbortController().signal)) {
    if (event.type === 'tokens' && event.from > 4) break;
  }
}

/** The conversation once the answer that was begun is over. */
export async function settled(
  { playground }: Pick<PlaygroundBench, 'playground'>,
  begun: BegunAnswer,
): Promise<Conversation> {
  const controller = new AbortController();
  for await (const event of playground.watch(begun.conversation, controller.signal)) {
    conversationEvent.parse(event);
    if (isOver(event, begun.answer)) controller.abort();
  }
  return conversationSchema.parse(playground.get(begun.conversation));
}

function isOver(event: ConversationEvent, id: string): boolean {
  if (event.type === 'gone') return true;
  const state =
    event.type === 'answer' && event.message === id
      ? event.answer.state
      : event.type === 'message' && event.message.id === id
        ? event.message.answer?.state
        : undefined;
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** The last message of the branch that is looked at. */
export function last({ messages }: Conversation): ChatMessage & { answer: ChatAnswer } {
  const message = messages.at(-1);
  if (message?.answer == null) throw new Error('the conversation does not end with an answer');
  return { ...message, answer: message.answer };
}

export const texts = ({ messages }: Conversation) => messages.map(({ text }) => text);
