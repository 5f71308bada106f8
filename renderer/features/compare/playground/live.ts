import type {
  ChatAnswer,
  ChatMessage,
  ConversationEvent,
  ConversationTree,
} from '../../../../preload/contract/playground.ts';
import { grown, TokenList, type Tokens } from '../tokenList.ts';

export type ShownAnswer = Omit<ChatAnswer, 'tokens'> & { tokens: Tokens };
export type ShownMessage = Omit<ChatMessage, 'answer'> & { answer: ShownAnswer | null };

/** A conversation as the screen holds it: its tree, and the messages that have come, each answer with a list of tokens that grows in place. */
export interface ShownConversation {
  tree: ConversationTree;
  messages: ReadonlyMap<string, ShownMessage>;
}

/** Applies what `playground.watch` sends. Only the messages that changed are new objects. */
export function applyEvent(shown: ShownConversation | null, event: ConversationEvent): ShownConversation | null {
  if (event.type === 'tree') return { tree: event.tree, messages: shown?.messages ?? new Map() };
  if (event.type === 'gone') return null;
  if (shown === null) return null;
  if (event.type === 'message') {
    const { answer } = event.message;
    const held = answer && { ...answer, tokens: new TokenList(answer.tokens) };
    return withMessage(shown, { ...event.message, answer: held });
  }
  const before = shown.messages.get(event.message);
  if (before?.answer == null) return shown;
  if (event.type === 'answer') return withMessage(shown, { ...before, answer: { ...before.answer, ...event.answer } });
  // One that leaves a gap cannot be placed.
  if (event.from > before.answer.tokens.length) return shown;
  const { text, tokens } = grown({ text: before.text, tokens: before.answer.tokens }, event.from, event.tokens);
  return withMessage(shown, { ...before, text, answer: { ...before.answer, tokens } });
}

function withMessage(shown: ShownConversation, message: ShownMessage): ShownConversation {
  return { ...shown, messages: new Map(shown.messages).set(message.id, message) };
}

/** The messages of the branch that is looked at; undefined where one has not come yet. */
export function branchOf({ tree, messages }: ShownConversation): (ShownMessage | undefined)[] {
  return tree.path.map((id) => messages.get(id));
}

/** A message and all that follows it, in every branch. */
export function below({ nodes }: ConversationTree, id: string): ReadonlySet<string> {
  const found = new Set([id]);
  // Nodes stand in the order in which they were made, so each comes behind its parent.
  for (const node of nodes) if (node.parent !== null && found.has(node.parent)) found.add(node.id);
  return found;
}

/** A message among those that stand in the same place: the ids of all, and which one it is. */
export interface Place {
  ids: readonly string[];
  at: number;
}

/** The place of every message. */
export function placesOf({ nodes }: ConversationTree): ReadonlyMap<string, Place> {
  const siblings = Map.groupBy(nodes, ({ parent }) => parent);
  const places = [...siblings.values()].flatMap((together) => {
    const ids = together.map(({ id }) => id);
    return ids.map((id, at) => [id, { ids, at }] as const);
  });
  return new Map(places);
}

export function isAnswer(message: ShownMessage): message is ShownMessage & { answer: ShownAnswer } {
  return message.answer !== null;
}

export function isOpen({ state }: Pick<ChatAnswer, 'state'>): boolean {
  return state === 'waiting' || state === 'loading' || state === 'running';
}

/** The answer that is on its way. */
export function answerUnderWay(shown: ShownConversation | null): ShownMessage | null {
  for (const message of shown?.messages.values() ?? []) if (message.answer && isOpen(message.answer)) return message;
  return null;
}

/** It was stopped, cut or broken off: the same rule by which the host goes on. */
export function canGoOn({ state, stats }: Pick<ChatAnswer, 'state' | 'stats'>): boolean {
  return state === 'failed' || state === 'cancelled' || (state === 'done' && stats?.stopReason === 'length');
}

/** The context holds no further token: going on has no room. */
export function isContextFull({ context }: Pick<ChatAnswer, 'context'>): boolean {
  return context !== null && context.used >= context.size;
}
