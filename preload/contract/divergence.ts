import { z } from 'zod';
import { candidateNumbers, interval95, measuredAlone } from './divergenceNumbers.ts';
import { assayErrorData } from './errors.ts';
import { jobState } from './jobs.ts';
import { modelReference } from './models.ts';
import { givenName } from './names.ts';

export * from './divergenceNumbers.ts';
export * from './divergenceTokens.ts';

/** Types in which keys and values of the context can be kept. */
export const cacheType = z.enum(['F32', 'F16', 'BF16', 'Q8_0', 'Q5_1', 'Q5_0', 'Q4_1', 'Q4_0', 'IQ4_NL']);
export type CacheType = z.infer<typeof cacheType>;

/** A model as it is measured: the file, and how it keeps its context. The same file with other cache types is another candidate. */
export const measuredModel = z.object({
  model: modelReference,
  keyType: cacheType.default('F16'),
  valueType: cacheType.default('F16'),
});

/** What is read by all models. */
export const divergenceText = z.discriminatedUnion('kind', [
  /** Text cut into chunks of the context; the second half of each is scored, as llama-perplexity does. `name`: e.g. of the file. */
  z.object({ kind: z.literal('text'), name: z.string().max(500), text: z.string().min(1).max(64_000_000) }),
  /** The items of a data set in the reference's chat format, with their system prompts; only the answers are scored, those of all turns. Each item is a chunk. */
  z.object({
    kind: z.literal('dataset'),
    dataset: z.string().min(1).max(200),
    /** At most so many items, spread evenly over the set. Default: all whose answers are known word for word. */
    items: z.number().int().min(1).max(100_000).optional(),
  }),
  /** The sample model's held-out tasks in the chat format, their answers scored; as one plain text where a base file is written. */
  z.object({ kind: z.literal('sample') }),
]);
export type DivergenceText = z.infer<typeof divergenceText>;

export const divergenceInput = z.object({
  /** Null only where `base` names a file to read in its place. */
  reference: measuredModel.nullable(),
  candidates: z.array(measuredModel).min(1).max(15),
  text: divergenceText,
  /** Tokens of a chunk. */
  contextSize: z.number().int().min(16).max(1_048_576).default(512),
  /** At most so many chunks. Default: all of the text. */
  chunks: z.number().int().min(1).max(1_000_000).optional(),
  /** Default: that of the engine's settings. */
  threads: z.number().int().min(1).max(256).optional(),
  /**
   * A `_logits_` file of llama-perplexity: written beside the run, or read in place of reference and text (`text` is ignored then).
   * `overwrite`: one that is there is replaced. Default: CONFLICT; a model never is.
   */
  base: z
    .object({
      file: z.string().min(1).max(4096),
      use: z.enum(['write', 'read']),
      overwrite: z.boolean().default(false),
    })
    .optional(),
  /** Default: none; a run can be named later. */
  name: givenName.optional(),
});
export type DivergenceInput = z.input<typeof divergenceInput>;
export type DivergenceSettings = z.output<typeof divergenceInput>;

/** One model of a run. The first of `columns` is the reference. */
export const divergenceColumn = z.object({
  reference: modelReference,
  modelId: z.string().nullable(),
  /** Null until it was found. */
  file: z.string().nullable(),
  name: z.string(),
  quantization: z.string(),
  keyType: cacheType,
  valueType: cacheType,
  sizeBytes: z.number().nullable(),
  bitsPerWeight: z.number().nullable(),
  parameters: z.number().nullable(),
  /** Number of tokens it knows, by its header. */
  vocabulary: z.number().nullable().default(null),
  /** Tokens of context that it was trained on, by its header. */
  trainedContext: z.number().nullable().default(null),
  /** Weights and context at the run's context size, estimated. */
  memoryBytes: z.number().nullable(),
  chunksDone: z.number().int(),
  /** Things to know, as sentences, e.g. that its chat template is another one. */
  notes: z.array(z.string()),
  /** Why this candidate was left out; the others go on. */
  error: assayErrorData.nullable(),
});
export type DivergenceColumn = z.infer<typeof divergenceColumn>;

export const divergenceSummary = z.object({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string(),
  columns: z.array(divergenceColumn),
  /** What was read, e.g. the file's name. */
  textName: z.string(),
  contextSize: z.number().int(),
  /** Null until the text was cut. */
  chunkCount: z.number().int().nullable(),
  /** Chunks that every column has. */
  chunksDone: z.number().int(),
  jobId: z.string().nullable(),
  /** Of its job; null when that was taken off the list. */
  state: jobState.nullable(),
});
export type DivergenceSummary = z.infer<typeof divergenceSummary>;

export const divergenceRun = divergenceSummary.extend({
  textKind: z.enum(['text', 'dataset', 'sample', 'base file']),
  threads: z.number().int().nullable(),
  /** Tokens that all numbers rest on, so far. */
  tokensScored: z.number().int(),
  /** Null before the first chunk. */
  referenceNumbers: measuredAlone.nullable(),
  /** By candidate, without the reference: `candidates[0]` belongs to `columns[1]`. Null before its first chunk. */
  candidates: z.array(candidateNumbers.nullable()),
  /**
   * "… is the smallest variant with no loss above 1 % of PPL at this n", or why none can be named, and the smallest with no detectable
   * loss; `candidate`: the first of the two. Null until every candidate has numbers.
   */
  smallest: z.object({ candidate: z.number().int().nullable(), sentence: z.string() }).nullable(),
  /** Largest resident memory of the process that measured; null until it ended. */
  peakRssBytes: z.number().nullable(),
  /** Of the same process before it opened a file: what it takes for itself. */
  idleRssBytes: z.number().nullable(),
  /** Release of llama.cpp; null before the first chunk. */
  engineRelease: z.string().nullable(),
  /** What the numbers depend on of this machine: llama.cpp's line on the processor; null until it ended. */
  systemInfo: z.string().nullable(),
  /** All models at once, or one after the other over a compact reference; null before the first chunk. */
  arrangement: z.enum(['together', 'turns']).nullable(),
  /** Largest error of a ln p of the reference by its keeping in 16 bits, as llama-perplexity keeps it. */
  referenceError: z.number().nullable(),
  /** Things to know about the run, as sentences, e.g. why candidates ran in turns or how many items had no answer. */
  notes: z.array(z.string()),
});
export type DivergenceRun = z.infer<typeof divergenceRun>;

/** What was measured of a file, for lists of models; the reference of a run too. Only with the context in F16, and of runs that came to their end. */
export const modelMeasurement = z.object({
  file: z.string(),
  modelId: z.string().nullable(),
  run: z.string(),
  measuredAt: z.string(),
  referenceFile: z.string(),
  /** What the reference is called and its quantization. */
  reference: z.string(),
  textName: z.string(),
  tokensScored: z.number().int(),
  ppl: z.number(),
  pplRatio: z.number(),
  pplRatioInterval95: interval95.nullable(),
  kldMean: z.number(),
  kldInterval95: interval95.nullable(),
  sameTop: z.number(),
  sameTopInterval95: interval95.nullable(),
  /** Tokens read a second, on this machine with the run's threads. */
  tokensPerSecond: z.number().nullable(),
  tokensPerSecondInterval95: interval95.nullable().default(null),
  /** Of the run that fills the ladder of its reference; else of another one, maybe on another text. */
  isLadder: z.boolean().default(true),
});
export type ModelMeasurement = z.infer<typeof modelMeasurement>;

/** Whether this installation can measure and quantize. `reason` and `remedy` are sentences. */
export const labAvailability = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), release: z.string() }),
  z.object({ available: z.literal(false), reason: z.string(), remedy: z.string() }),
]);
export type LabAvailability = z.infer<typeof labAvailability>;

export const startedDivergence = z.object({ id: z.string(), jobId: z.string() });
export const divergenceIdInput = z.object({ id: z.string() });
export const listDivergencesInput = z.object({
  /** Id of the last one of the page before. */
  before: z.string().optional(),
  limit: z.number().int().min(1).max(500).default(100),
  /** Id of a model that takes part in them. */
  model: z.string().optional(),
});
export const renameDivergenceInput = z.object({ id: z.string(), name: givenName.nullable() });

export const exportDivergenceInput = z.object({ id: z.string(), format: z.enum(['json', 'markdown', 'html', 'csv']) });
/** `fileName`: a suggestion. HTML: one file with everything in it. CSV: one line a scored token and candidate, without text. */
export const exportedDivergence = z.object({ fileName: z.string(), text: z.string() });
