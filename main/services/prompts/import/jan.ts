import { z } from 'zod';
import { amount, answersIn, type ChatFormat, content, gap, type Message, moment, words } from './chat.ts';
import { nothingUnread, readEach } from './reading.ts';

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
const folder = z.object({ thread: z.unknown(), messages: z.array(z.unknown()) });
/** Where a message stands, also one that cannot be read. */
const place = z.object({ thread_id: z.string(), created_at: moment.optional() });

export const jan: ChatFormat = {
  name: 'Jan',
  key: 'jan',
  read(value) {
    const { data } = folder.safeParse(Array.isArray(value) ? { thread: null, messages: value } : value);
    if (data === undefined) return null;
    const unread = nothingUnread();
    const known = readEach(data.messages, message, unread, 'message');
    if (known.every((one) => one === null)) return null;
    const placed = known.flatMap((one, index) => {
      const { data: at } = place.safeParse(data.messages[index]);
      return at ? [{ ...at, message: one === null ? gap : toMessage(one) }] : [];
    });
    const thread = janThread.safeParse(data.thread);
    const first = thread.success ? thread.data.assistants?.[0] : undefined;
    const model = (thread.success ? thread.data.model?.id : null) ?? first?.model?.id ?? null;
    const byThread = Map.groupBy(placed, ({ thread_id }) => thread_id);
    const chats = [...byThread].map(([id, messages]) => ({
      id,
      title: thread.success ? (thread.data.title ?? null) : null,
      answers: answersIn(
        messages
          .toSorted((one, other) => (one.created_at ?? 0) - (other.created_at ?? 0))
          .map(({ message }) => message),
        first?.instructions ?? null,
        model,
      ),
    }));
    return { chats, unread };
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
