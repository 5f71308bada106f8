import { z } from 'zod';
import {
  amount,
  answersIn,
  answersInTree,
  type ChatFormat,
  content,
  type ImportedChat,
  moment,
  words,
} from './chat.ts';

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
const exported = z.object({ conv: conversation, messages: z.array(message) });
/** Versions before branches: the messages in their order, in the conversation itself. */
const linear = conversation.extend({ lastModified: moment, messages: z.array(message).min(1) });
/** A line a record: conversations, and messages that name theirs. */
const lines = z.array(z.union([message.extend({ convId: id }), conversation])).min(1);

/** llama.cpp's web UI: `{ conv, messages }`, an array of those, or its records line by line; the messages are a tree whose root says nothing. */
export const llamaCpp: ChatFormat = {
  name: 'llama.cpp web UI',
  key: 'llamacpp',
  read(value) {
    const all = Array.isArray(value) ? value : [value];
    const parsed = z.array(exported).min(1).safeParse(all);
    if (parsed.success) return parsed.data.map(({ conv, messages }) => toChat(conv, messages));
    const older = z.array(linear).min(1).safeParse(all);
    if (older.success) return older.data.map(({ messages, ...conv }) => toChat(conv, messages));
    return Array.isArray(value) ? fromLines(value) : null;
  },
};

function fromLines(value: unknown[]): ImportedChat[] | null {
  const parsed = lines.safeParse(value);
  if (!parsed.success) return null;
  const messages = parsed.data.filter((one) => 'convId' in one);
  if (messages.length === 0) return null;
  const named = new Map(parsed.data.filter((one) => !('convId' in one)).map((one) => [one.id, one]));
  return [...Map.groupBy(messages, ({ convId }) => convId)].map(([conv, own]) =>
    toChat(named.get(conv) ?? { id: conv }, own),
  );
}

function toChat(conv: z.output<typeof conversation>, messages: readonly WebUiMessage[]): ImportedChat {
  const said = messages.map(toMessage);
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
