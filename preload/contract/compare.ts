import { z } from 'zod';
import { generationStats, sampler, token } from './engine.ts';
import { assayErrorData } from './errors.ts';
import { modelReference } from './models.ts';
import { givenName } from './names.ts';

export const comparisonInput = z.object({
  /** The first is the reference; up to seven candidates follow. */
  models: z.array(modelReference).min(1).max(8),
  prompts: z.array(z.string().min(1).max(200_000)).min(1).max(1000),
  system: z.string().max(200_000).optional(),
  sampler: sampler.prefault({}),
  /** One column after the other is fair to timing; all at once is quicker to look at. */
  order: z.enum(['one at a time', 'all at once']).default('one at a time'),
  contextSize: z.number().int().min(16).max(10_000_000).optional(),
  threads: z.number().int().min(1).max(256).optional(),
  /** A JSON schema, as text, that the answers must obey. */
  schema: z.string().max(100_000).optional(),
  /** How many alternatives to keep at each token. */
  alternatives: z.number().int().min(0).max(20).default(0),
  /** Columns (by index) whose answers are taken over from an earlier comparison instead of generated anew. */
  pinned: z.object({ comparison: z.string(), columns: z.array(z.number().int().min(0).max(7)) }).optional(),
});
export type ComparisonInput = z.input<typeof comparisonInput>;
export type ComparisonSettings = z.output<typeof comparisonInput>;

export const cellState = z.enum(['waiting', 'loading', 'running', 'done', 'failed', 'cancelled']);

/** One answer: the column's model on one prompt. */
export const cell = z.object({
  prompt: z.number().int(),
  column: z.number().int(),
  state: cellState,
  /** Share of the model that is loaded, 0 to 1, while loading. */
  loadProgress: z.number().nullable(),
  text: z.string(),
  tokens: z.array(token),
  stats: generationStats.nullable(),
  error: assayErrorData.nullable(),
  /** Index of the first token of this answer that differs from the reference's; null: none so far, or it is the reference. */
  firstDivergence: z.number().int().nullable(),
  /** Taken over from an earlier comparison. */
  pinned: z.boolean(),
});
export type Cell = z.infer<typeof cell>;

export const comparisonColumn = z.object({
  reference: modelReference,
  modelId: z.string().nullable(),
  name: z.string(),
  quantization: z.string(),
  sizeBytes: z.number().nullable(),
  /** True: the file has no chat template, so messages are set with plain role names. Left out otherwise, and until the model is found. */
  plainTemplate: z.boolean().optional(),
});
export type ComparisonColumn = z.infer<typeof comparisonColumn>;

export const comparisonSummary = z.object({
  id: z.string(),
  /** Given by the person who saved it; null until then. */
  name: z.string().nullable(),
  createdAt: z.string(),
  columns: z.array(comparisonColumn),
  /** The beginning of the first prompt. */
  excerpt: z.string(),
  promptCount: z.number().int(),
  /** Answers done, and answers in all. */
  done: z.number().int(),
  total: z.number().int(),
  jobId: z.string().nullable(),
});
export type ComparisonSummary = z.infer<typeof comparisonSummary>;

export const comparison = comparisonSummary.extend({
  /** A prompt of which all answers were deleted in Prompts is empty. */
  settings: comparisonInput.extend({ prompts: z.array(z.string()) }),
  cells: z.array(cell),
});
export type Comparison = z.infer<typeof comparison>;

/** What `compare.watch` sends: first the whole, then what changed; tokens are appended to their cell. */
export const comparisonEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), comparison }),
  z.object({
    type: z.literal('tokens'),
    prompt: z.number().int(),
    column: z.number().int(),
    /** Index in the cell of the first of these tokens. */
    from: z.number().int(),
    tokens: z.array(token),
    firstDivergence: z.number().int().nullable(),
  }),
  /** What a column's reference turned out to be; sent once the model was found. */
  z.object({ type: z.literal('column'), index: z.number().int(), column: comparisonColumn }),
  /** Everything of the cell but its tokens and text. */
  z.object({ type: z.literal('cell'), cell: cell.omit({ tokens: true, text: true }) }),
  z.object({ type: z.literal('ended') }),
]);
export type ComparisonEvent = z.infer<typeof comparisonEvent>;

/** What a comparison was started as. */
export const startedComparison = z.object({ id: z.string(), jobId: z.string() });
export const comparisonIdInput = z.object({ id: z.string() });
/** Which answers come whole; the cells of all other prompts come without text and tokens, so that a list of 1000 stays light. */
export const comparisonViewInput = z.object({
  id: z.string(),
  /** Index of the first prompt whose answers come whole. */
  from: z.number().int().min(0).default(0),
  /** How many prompts from there on. */
  count: z.number().int().min(1).max(1000).default(50),
});
export type ComparisonView = z.output<typeof comparisonViewInput>;
/** Newest first; `before` is the id of the last one of the page before, `model` the id of a model that a column had. */
export const listComparisonsInput = z
  .object({
    before: z.string().optional(),
    limit: z.number().int().min(1).max(500).default(100),
    model: z.string().optional(),
  })
  .prefault({});
export const renameComparisonInput = z.object({ id: z.string(), name: givenName.nullable() });
export const exportComparisonInput = z.object({
  id: z.string(),
  format: z.enum(['markdown', 'json']),
  /** JSON only: whether each answer comes with its tokens. Long lists do not fit with them. */
  tokens: z.boolean().default(true),
});
export const exportedText = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() });
