import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { z } from 'zod';
import { amount, answersIn, type ChatFormat, content, gap, type Message, moment, words } from './chat.ts';
import { messageOf, nothingUnread, readEach } from './reading.ts';

const fields = z
  .object({ fields: z.array(z.object({ key: z.string(), value: z.unknown() })) })
  .nullish()
  .catch(null);

const step = z.object({
  type: z.string().catch(''),
  content,
  /** `{ type: "thinking" }` marks what the model thought. */
  style: z.object({ type: z.string() }).nullish().catch(null),
  genInfo: z
    .object({
      identifier: words,
      indexedModelIdentifier: words,
      predictionConfig: fields,
      stats: z
        .object({
          stopReason: words,
          tokensPerSecond: amount,
          timeToFirstTokenSec: amount,
          totalTimeSec: amount,
          promptTokensCount: amount,
          predictedTokensCount: amount,
        })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});

const version = z.object({
  role: z.string(),
  content: content.optional(),
  steps: z.array(step).optional(),
  senderInfo: z.object({ senderName: words }).nullish().catch(null),
});

const conversation = z.object({
  name: words.optional(),
  createdAt: moment.optional(),
  systemPrompt: words.optional(),
  perChatPredictionConfig: fields.optional(),
  messages: z.array(z.unknown()),
});
const message = z.object({
  versions: z.array(version).min(1),
  currentlySelected: z.number().int().catch(0).default(0),
});

const stopReasons: Record<string, 'end' | 'length' | 'stop' | 'cancelled'> = {
  eosFound: 'end',
  maxPredictedTokensReached: 'length',
  contextLengthReached: 'length',
  stopStringFound: 'stop',
  userStopped: 'cancelled',
};

/** LM Studio 0.3: one `*.conversation.json` a chat, in ~/.lmstudio/conversations. */
export const lmStudio: ChatFormat = {
  name: 'LM Studio',
  key: 'lmstudio',
  read(value, name) {
    const parsed = conversation.safeParse(value);
    if (!parsed.success) return null;
    const { name: title, createdAt, systemPrompt, perChatPredictionConfig, messages } = parsed.data;
    const fromConfig = perChatPredictionConfig?.fields.find(({ key }) => key === 'llm.prediction.systemPrompt')?.value;
    const system = systemPrompt ?? (typeof fromConfig === 'string' && fromConfig !== '' ? fromConfig : null);
    const begun = createdAt ?? null;
    const unread = nothingUnread();
    const known = readEach(messages, message, unread, messageOf(title ?? null));
    if (unread.count > 0 && unread.count === known.length) return null;
    const said = known.flatMap((one, index): Message[] => {
      if (one === null) return [gap];
      const { versions, currentlySelected } = one;
      const chosen = versions[currentlySelected] ?? versions[0];
      // Of what was said the chosen version stands; each version of an answer is an answer.
      const kept = chosen?.role === 'assistant' ? versions : [chosen];
      return kept.map((version) => toMessage(version, index, begun));
    });
    // Its own files have no id inside: the moment it began and its name, wherever it lies, tell one chat from another.
    const id = `${begun ?? ''} ${posix.basename(name)}`.trim();
    return { chats: [{ id, title: title ?? null, answers: answersIn(said, system, null) }], unread };
  },
};

function toMessage(chosen: z.output<typeof version> | undefined, index: number, begun: number | null): Message {
  const blocks = (chosen?.steps ?? []).filter(
    ({ type, style }) => type === 'contentBlock' && style?.type !== 'thinking',
  );
  const info = blocks.find(({ genInfo }) => genInfo)?.genInfo;
  const stats = info?.stats;
  const settings = (info?.predictionConfig?.fields ?? []).map(({ key, value }) => [key, value]);
  const text = chosen?.steps
    ? blocks
        .map((block) => block.content)
        .filter(Boolean)
        .join('\n')
    : (chosen?.content ?? '');
  return {
    // What is generated anew stands where the earlier answer stood: the words tell the two apart.
    id: `${index} ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`,
    role: chosen?.role ?? '',
    text,
    // Messages have no time of their own; their order is kept.
    at: begun === null ? null : begun + index,
    model: info?.indexedModelIdentifier ?? info?.identifier ?? chosen?.senderInfo?.senderName ?? null,
    settings: Object.fromEntries(settings),
    stats: stats
      ? {
          promptTokens: stats.promptTokensCount ?? 0,
          tokenCount: stats.predictedTokensCount ?? undefined,
          ttftMs: stats.timeToFirstTokenSec === null ? null : stats.timeToFirstTokenSec * 1000,
          tokensPerSecond: stats.tokensPerSecond,
          totalMs: stats.totalTimeSec === null ? undefined : stats.totalTimeSec * 1000,
          stopReason: stopReasons[stats.stopReason ?? ''],
        }
      : null,
  };
}
