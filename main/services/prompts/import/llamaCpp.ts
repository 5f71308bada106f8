import { z } from 'zod';
import {
  amount,
  answersIn,
  answersInTree,
  type ChatFormat,
  content,
  gap,
  type ImportedChat,
  moment,
  words,
} from './chat.ts';
import { messageOf, nothingUnread, type Reading, readEach, type Unread } from './reading.ts';

const id = z.union([z.string(), z.number()]).transform(String);
const message = z.object({
  id,
  type: z.string().catch('text'),
  role: z.string(),
  content,
  timestamp: moment.optional(),
  parent: id.nullish().catch(null),
  model: words.optional(),
  timings: z
    .object({
      prompt_n: amount.optional(),
      prompt_ms: amount.optional(),
      predicted_n: amount.optional(),
      predicted_ms: amount.optional(),
    })
    .nullish()
    .catch(null),
});
type WebUiMessage = z.output<typeof message>;

const conversation = z.object({ id, name: words.optional(), lastModified: moment.optional() });
type Conversation = z.output<typeof conversation>;
const exported = z.object({ conv: conversation, messages: z.array(z.unknown()) });
/** Versions before branches: the messages in their order, in the conversation itself. */
const linear = conversation
  .extend({ lastModified: moment, messages: z.array(z.unknown()).refine((all) => all.some(isMessage)) })
  .transform(({ messages, ...conv }) => ({ conv, messages }));
/** A line a record: conversations, and messages that name theirs. */
const line = z.union([message.extend({ convId: id }), conversation.extend({ convId: z.never().optional() })]);

/** llama.cpp's web UI: `{ conv, messages }`, an array of those, or its records line by line; the messages are a tree whose root says nothing. */
export const llamaCpp: ChatFormat = {
  name: 'llama.cpp web UI',
  key: 'llamacpp',
  read(value) {
    const all = Array.isArray(value) ? value : [value];
    for (const shape of [exported, linear]) {
      const unread = nothingUnread();
      const known = readEach(all, shape, unread, 'chat').filter((one) => one !== null);
      if (known.length > 0)
        return { chats: known.map(({ conv, messages }) => toChat(conv, readMessages(messages, conv, unread))), unread };
    }
    return Array.isArray(value) ? fromLines(value) : null;
  },
};

function isMessage(value: unknown): boolean {
  return message.safeParse(value).success;
}

function readMessages(messages: readonly unknown[], { name = null }: Conversation, unread: Unread) {
  return readEach(messages, message, unread, messageOf(name));
}

function fromLines(value: readonly unknown[]): Reading | null {
  const unread = nothingUnread();
  const known = readEach(value, line, unread, 'line').filter((one) => one !== null);
  const messages = known.filter((one) => one.convId !== undefined);
  if (messages.length === 0) return null;
  const named = new Map(known.filter((one) => one.convId === undefined).map((one) => [one.id, one]));
  const chats = [...Map.groupBy(messages, ({ convId }) => convId)].map(([conv, own]) =>
    toChat(named.get(conv) ?? { id: conv }, own),
  );
  return { chats, unread };
}

function toChat(conv: Conversation, messages: readonly (WebUiMessage | null)[]): ImportedChat {
  const said = messages.map((one) => (one === null ? { ...gap, parent: null } : toMessage(one)));
  const isTree = said.some(({ parent }) => parent !== null);
  const answers = isTree ? answersInTree(said, null, null) : answersIn(said, null, null);
  return { id: conv.id, title: conv.name ?? null, answers };
}

function toMessage({ id: own, type, role, content: text, timestamp, model, parent, timings }: WebUiMessage) {
  const count = timings?.predicted_n ?? null;
  const decodeMs = timings?.predicted_ms ?? null;
  const promptMs = timings?.prompt_ms ?? null;
  return {
    id: own,
    parent: parent ?? null,
    role: type === 'root' ? 'root' : role,
    text,
    at: timestamp ?? null,
    model: model ?? null,
    stats: timings
      ? {
          promptTokens: timings.prompt_n ?? undefined,
          tokenCount: count ?? undefined,
          // The web UI times the prompt and the decoding; the first token comes at the end of the prompt.
          ttftMs: promptMs,
          tokensPerSecond: count !== null && decodeMs !== null && decodeMs > 0 ? (count / decodeMs) * 1000 : null,
          totalMs: decodeMs === null ? undefined : decodeMs + (promptMs ?? 0),
        }
      : null,
  };
}
