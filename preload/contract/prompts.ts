import { z } from 'zod';
import { givenName } from './names.ts';

/** One item of a data set: what is asked, and what is known of the right answer. */
export const datasetItem = z.object({
  id: z.string(),
  /** The family or category within the set. */
  group: z.string(),
  system: z.string().nullable(),
  /** What the person says, turn by turn; the last one is what is judged. */
  turns: z.array(z.string()).min(1),
  /** What is answered to each turn, word for word; null where that is not known. */
  answers: z.array(z.string()).nullable(),
  /** The right answer, or parts that it must hold; null where no text is right or wrong. */
  expected: z.union([z.string(), z.array(z.string())]).nullable(),
  /** How an answer is held against `expected`. */
  match: z.enum(['exact', 'contains', 'ends', 'json']).nullable(),
  /** What a reviewer should see: a refusal, an answer, a leak of invented data, a rude word; null where that is not the subject. */
  expectation: z.enum(['refuse', 'answer', 'leak', 'rude']).nullable(),
});
export type DatasetItem = z.infer<typeof datasetItem>;

export const dataset = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  itemCount: z.number().int(),
  groups: z.array(z.string()),
  /** Of the file's bytes: the version of the set. */
  sha256: z.string(),
});
export type Dataset = z.infer<typeof dataset>;

export const datasetWithItems = dataset.extend({ items: z.array(datasetItem) });
export type DatasetWithItems = z.infer<typeof datasetWithItems>;
export const datasetIdInput = z.object({ id: z.string().max(200) });

/** Where a generation came from. */
export const historySource = z.enum(['compare', 'playground', 'import']);

/** A part of a text, and whether it is what was searched for. */
export const excerptPart = z.object({ text: z.string(), hit: z.boolean() });
export type ExcerptPart = z.infer<typeof excerptPart>;

/** The model of a generation, as it was then. `key` is for filters. */
export const historyModel = z.object({
  key: z.number().int(),
  /** In the library; null when it was never there. */
  id: z.string().nullable(),
  name: z.string(),
  quantization: z.string(),
  /** Of the file; null when it is not known (yet). */
  sha256: z.string().nullable(),
});
export type HistoryModel = z.infer<typeof historyModel>;

/** One generation, as lists show it. */
export const historyEntry = z.object({
  id: z.string(),
  at: z.string(),
  source: historySource,
  /** The comparison or chat that it belongs to. */
  origin: z.string(),
  title: z.string().nullable(),
  model: historyModel,
  /** Around the first hit, else the beginning; one line. */
  prompt: z.array(excerptPart),
  answer: z.array(excerptPart),
  state: z.enum(['done', 'cancelled', 'failed']),
  tokenCount: z.number().int().nullable(),
  ttftMs: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  totalMs: z.number().nullable(),
  tags: z.array(z.string()),
  hasNote: z.boolean(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Places in a text, from and up to but without, in UTF-16 units. */
const places = z.array(z.tuple([z.number().int(), z.number().int()]));

/** One generation, whole. */
export const historyDetail = historyEntry.extend({
  system: z.string().nullable(),
  promptText: z.string(),
  /** Messages of its conversation that the model was given before the prompt; null when that is not known. */
  messagesBefore: z.number().int().nullable(),
  answerText: z.string(),
  note: z.string().nullable(),
  /** Sampler and all else that was asked with; of an import what its file said. */
  settings: z.record(z.string(), z.unknown()),
  promptTokens: z.number().int().nullable(),
  stopReason: z.string().nullable(),
  /** How many generations of the same comparison or chat there are, this one included. */
  siblings: z.number().int(),
  /** Where what was searched for stands. */
  hits: z.object({ prompt: places, answer: places, system: places, note: places }),
});
export type HistoryDetail = z.infer<typeof historyDetail>;

/** Which generations. Everything given must hold. */
export const historyFilter = z.object({
  /**
   * Words that must all be there; the last one may be unfinished. "Quoted words" stand together, -word must not be there.
   * Nothing else has a meaning of its own.
   */
  search: z.string().max(1000).default(''),
  /** Keys of models; any of them. */
  models: z.array(z.number().int()).max(200).optional(),
  /** All of them. */
  tags: z.array(z.string().min(1).max(60)).max(20).optional(),
  hasNote: z.boolean().optional(),
  source: historySource.optional(),
  origin: z.string().max(200).optional(),
  /** Moments (ISO 8601): from this one, and up to but without that one. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
});
export type HistoryFilter = z.input<typeof historyFilter>;

/** `best match` needs a search and ranks as BM25 does. */
export const historySort = z.enum(['newest', 'oldest', 'best match', 'longest answer', 'slowest']);
export type HistorySort = z.infer<typeof historySort>;

export const historyListInput = historyFilter.extend({
  sort: historySort.default('newest'),
  /** `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export type HistoryListInput = z.input<typeof historyListInput>;
export const historyPage = z.object({
  entries: z.array(historyEntry),
  /** Null: this was the last page. */
  next: z.string().nullable(),
});
export type HistoryPage = z.infer<typeof historyPage>;

/** How many there are; `exact` is false when counting stopped there. */
export const historyCount = z.object({ count: z.number().int(), exact: z.boolean() });
export const historyGetInput = z.object({ id: z.string().max(100), search: z.string().max(1000).default('') });

/** What can be filtered by. */
export const historyFacets = z.object({
  total: z.number().int(),
  models: z.array(historyModel.extend({ count: z.number().int() })),
  tags: z.array(z.object({ name: z.string(), count: z.number().int() })),
  /** Moments of the oldest and the newest one. */
  oldest: z.string().nullable(),
  newest: z.string().nullable(),
});
export type HistoryFacets = z.infer<typeof historyFacets>;

const ids = z.array(z.string().max(100)).min(1).max(500);
/** On one line: they are kept one a line. */
const newTag = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'A tag is one line, without control characters.');
/** What is left out stays as it is. */
export const annotateInput = z.object({
  ids,
  /** Empty or null takes the note away. */
  note: z.string().max(100_000).nullable().optional(),
  addTags: z.array(newTag).max(20).optional(),
  removeTags: z.array(z.string().max(60)).max(20).optional(),
});
export const removeHistoryInput = z.union([
  z.object({
    ids,
    /** All answers of the comparisons and chats that these belong to. */ whole: z.boolean().default(false),
  }),
  /** Everything that the filter finds. */
  z.object({ matching: historyFilter }),
]);
/** By `token` the deletion can be taken back until `until`; from then on nothing of it is left. */
export const removedHistory = z.object({ token: z.number(), count: z.number().int(), until: z.string() });
export const bringBackInput = z.object({ token: z.number() });

export const retention = z.object({
  /** Days; null keeps everything. */
  keepDays: z.number().int().min(1).max(36_500).nullable(),
  /** Whether what has a tag or a note stays all the same. */
  keepMarked: z.boolean(),
});
export type Retention = z.infer<typeof retention>;
export const retentionPreview = z.object({ entries: z.number().int(), comparisons: z.number().int() });

export const exportFormat = z.enum(['jsonl', 'markdown']);
export const exportHistoryInput = z.object({
  format: exportFormat,
  ids: ids.optional(),
  matching: historyFilter.optional(),
  /** `next` of the part before. */
  after: z.string().max(100).optional(),
});
export const exportedHistory = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
  count: z.number().int(),
  next: z.string().nullable(),
});

/** A file that another program exported: its content here, or its path on the machine of the host (a folder, too). */
export const importInput = z.union([
  z.object({ path: z.string().min(1).max(4096) }),
  z.object({
    files: z
      .array(z.object({ name: z.string().max(1000), base64: z.string().max(15_000_000) }))
      .min(1)
      .max(200),
  }),
]);
export const importResult = z.object({
  /** What each file was taken for, in words. */
  formats: z.array(z.string()),
  conversations: z.number().int(),
  /** Answers that are new. */
  added: z.number().int(),
  /** Answers that were here before. */
  known: z.number().int(),
  /** A sentence for each file that could not be taken in, or of which something was left out. */
  skipped: z.array(z.string()),
});
export type ImportResult = z.infer<typeof importResult>;

/** A prompt that a person keeps; `{{name}}` in its text stands for a variable. */
export const savedPrompt = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.number().int(),
  text: z.string(),
  system: z.string().nullable(),
  variables: z.array(z.string()),
  sha256: z.string(),
});
export type SavedPrompt = z.infer<typeof savedPrompt>;
export const savedVersion = z.object({
  version: z.number().int(),
  createdAt: z.string(),
  text: z.string(),
  system: z.string().nullable(),
  comment: z.string().nullable(),
  variables: z.array(z.string()),
  sha256: z.string(),
});
export type SavedVersion = z.infer<typeof savedVersion>;
export const savePromptInput = z.object({
  /** Absent: a new one. */
  id: z.string().max(100).optional(),
  name: givenName,
  text: z.string().min(1).max(200_000),
  system: z.string().max(200_000).nullable().default(null),
  /** What is different in this version. */
  comment: z.string().max(1000).nullable().default(null),
});
export const savedIdInput = z.object({ id: z.string().max(100) });
