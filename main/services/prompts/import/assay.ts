import { z } from 'zod';
import { generationStats } from '../../../../preload/contract/engine.ts';
import { type ChatFormat, type ImportedAnswer, type ImportedChat, moment, words } from './chat.ts';
import { nothingUnread, readEach } from './reading.ts';

const line = z.object({
  format: z.literal('assay.history'),
  version: z.literal(1),
  id: z.string(),
  at: moment,
  source: z.string().catch(''),
  origin: z.string(),
  title: words,
  model: z.object({
    name: z.string(),
    quantization: z.string(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .catch(null),
  }),
  state: z.enum(['done', 'cancelled', 'failed']).catch('done'),
  system: words,
  prompt: z.string(),
  messagesBefore: z.number().int().nonnegative().nullish().catch(null),
  answer: z.string(),
  settings: z.record(z.string(), z.unknown()).catch({}),
  stats: z.record(z.string(), z.unknown()).catch({}),
  tags: z.array(z.string()).catch([]),
  note: words,
});

const importedOrigin = /^(assay|openwebui|llamacpp|lmstudio|jan):/;
const ownId = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** Assay's own JSONL export. */
export const assay: ChatFormat = {
  name: 'Assay',
  key: 'assay',
  read(value) {
    const unread = nothingUnread();
    const known = readEach(Array.isArray(value) ? value : [value], line, unread, 'answer').filter(
      (one) => one !== null,
    );
    if (known.length === 0) return null;
    const byOrigin = Map.groupBy(known, ({ origin }) => origin);
    const chats = [...byOrigin].map(
      ([id, lines]): ImportedChat => ({
        id,
        title: lines[0]?.title ?? null,
        // Nothing but what an import makes: no line may pass for an answer of a comparison that is here.
        origin: lines[0]?.source === 'import' && importedOrigin.test(id) ? id : undefined,
        answers: lines.map(toAnswer),
      }),
    );
    return { chats, unread };
  },
};

function toAnswer({
  id,
  title,
  model,
  state,
  stats,
  at,
  system,
  prompt,
  messagesBefore = null,
  answer,
  settings,
  tags,
  note,
}: z.output<typeof line>): ImportedAnswer {
  const known = Object.fromEntries(Object.entries(stats).filter(([, value]) => value !== null));
  const parsed = generationStats.partial().safeParse(known);
  return {
    place: id,
    at,
    model: model.quantization === 'unknown' ? model.name : `${model.name} ${model.quantization}`,
    system,
    prompt,
    messagesBefore,
    answer,
    settings,
    stats: parsed.success ? parsed.data : null,
    tags,
    note,
    assay: { id: ownId.test(id) ? id : null, title, model, state },
  };
}
