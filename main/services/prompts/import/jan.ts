import { z } from 'zod';
import { amount, answersIn, type ChatFormat, content, type Message, moment, words } from './chat.ts';

const message = z.object({
  id: z.string(),
  object: z.literal('thread.message').optional(),
  thread_id: z.string(),
  role: z.string(),
  content,
  created_at: moment.optional(),
  metadata: z
    .object({
      modelId: words.optional(),
      tokenSpeed: z.object({ tokenSpeed: amount, tokenCount: amount }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

const assistant = z
  .object({ instructions: words.optional(), model: z.object({ id: words }).nullish().catch(null) })
  .catch({});
export const janThread = z.object({
  id: z.string(),
  object: z.literal('thread').optional(),
  title: words.optional(),
  assistants: z.array(assistant).catch([]).optional(),
  model: z.object({ id: words }).nullish().catch(null).optional(),
});

/**
 * Jan: a folder a thread with `thread.json` and `messages.jsonl`. `readChats` hands over `{ thread, messages }`, the former null when
 * that file was not there.
 */
const folder = z.object({ thread: z.unknown(), messages: z.array(message).min(1) });

export const jan: ChatFormat = {
  name: 'Jan',
  key: 'jan',
  read(value) {
    const lines = z.array(message).min(1).safeParse(value);
    const parsed = lines.success
      ? { success: true as const, data: { thread: null, messages: lines.data } }
      : folder.safeParse(value);
    if (!parsed.success) return null;
    const thread = janThread.safeParse(parsed.data.thread);
    const first = thread.success ? thread.data.assistants?.[0] : undefined;
    const model = (thread.success ? thread.data.model?.id : null) ?? first?.model?.id ?? null;
    const byThread = Map.groupBy(parsed.data.messages, ({ thread_id }) => thread_id);
    return [...byThread].map(([id, messages]) => ({
      id,
      title: thread.success ? (thread.data.title ?? null) : null,
      answers: answersIn(
        messages.toSorted((one, other) => (one.created_at ?? 0) - (other.created_at ?? 0)).map(toMessage),
        first?.instructions ?? null,
        model,
      ),
    }));
  },
};

function toMessage({ id, role, content: text, created_at, metadata }: z.output<typeof message>): Message {
  const speed = metadata?.tokenSpeed;
  return {
    id,
    role,
    text,
    at: created_at ?? null,
    model: metadata?.modelId ?? null,
    stats: speed ? { tokenCount: speed.tokenCount ?? undefined, tokensPerSecond: speed.tokenSpeed } : null,
  };
}
