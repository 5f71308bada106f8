import { z } from 'zod';
import { answersIn, answersInTree, type ChatFormat, content, gap, type ImportedChat, moment, words } from './chat.ts';
import { messageOf, nothingUnread, readEach, type Unread } from './reading.ts';

const message = z.object({
  id: z.string(),
  parentId: words.optional(),
  role: z.string(),
  content,
  timestamp: moment.optional(),
  model: words.optional(),
});

const chat = z.object({
  title: words.optional(),
  models: z.array(z.string()).catch([]).optional(),
  system: words.optional(),
  params: z.record(z.string(), z.unknown()).catch({}).optional(),
  timestamp: moment.optional(),
  history: z
    // Not a record: that would copy a chat of any length once more.
    .object({ messages: z.custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null) })
    .nullish()
    .catch(null),
  messages: z.array(z.unknown()).catch([]).optional(),
});
const record = z.object({ id: z.string(), title: words.optional(), created_at: moment.optional(), chat });

/** Open WebUI: an array of chats, each with a tree of messages (Settings, Chats, Export; or one chat's download). */
export const openWebUi: ChatFormat = {
  name: 'Open WebUI',
  key: 'openwebui',
  read(value) {
    const unread = nothingUnread();
    const known = readEach(Array.isArray(value) ? value : [value], record, unread, 'chat').filter(
      (one) => one !== null,
    );
    return known.length === 0 ? null : { chats: known.map((one) => toChat(one, unread)), unread };
  },
};

function toChat({ id, title, created_at, chat: inner }: z.output<typeof record>, unread: Unread): ImportedChat {
  const listed = inner.history ? Object.values(inner.history.messages) : (inner.messages ?? []);
  const { system: fromParams, ...params } = inner.params ?? {};
  const system = inner.system ?? (typeof fromParams === 'string' && fromParams !== '' ? fromParams : null);
  const model = inner.models?.[0] ?? null;
  const started = inner.timestamp ?? created_at ?? null;
  const named = title ?? inner.title ?? null;
  const said = readEach(listed, message, unread, messageOf(named)).map((one) =>
    one === null
      ? { ...gap, parent: null }
      : {
          id: one.id,
          parent: one.parentId ?? null,
          role: one.role,
          text: one.content,
          at: one.timestamp ?? started,
          model: one.model,
          settings: params,
        },
  );
  const answers = inner.history ? answersInTree(said, system, model) : answersIn(said, system, model);
  return { id, title: named, answers };
}
