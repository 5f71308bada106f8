import { z } from 'zod';
import { assayErrorData } from './errors.ts';
import { jobState } from './jobs.ts';
import { modelReference } from './models.ts';

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
  name: z.string().min(1).max(200).optional(),
});
export type DivergenceInput = z.input<typeof divergenceInput>;
export type DivergenceSettings = z.output<typeof divergenceInput>;

/** Lower and upper end of a 95 % interval, by a bootstrap over chunks (tokens in a chunk are not independent). */
export const interval95 = z.tuple([z.number(), z.number()]);

/**
 * Mean and percentiles over the scored tokens. `error`: sqrt((E[x²] − E[x]²) / (n − 1)), as llama-perplexity prints; it takes
 * tokens for independent. Percentiles: linear interpolation at f·(n − 1); null below 100 tokens.
 */
export const distribution = z.object({
  mean: z.number(),
  error: z.number(),
  /** Null below six chunks. */
  interval95: interval95.nullable(),
  max: z.number().nullable(),
  p999: z.number().nullable(),
  p99: z.number().nullable(),
  p95: z.number().nullable(),
  p90: z.number().nullable(),
  median: z.number().nullable(),
  p10: z.number().nullable(),
  p05: z.number().nullable(),
  p01: z.number().nullable(),
  p001: z.number().nullable(),
  min: z.number().nullable(),
});
export type Distribution = z.infer<typeof distribution>;

export const verdictKind = z.enum([
  /** Every token has KLD 0 and the same top token; against a base file, as far as its 16 bits tell. */
  'identical',
  /** No loss was measured, the intervals leave no room for one above 1 % of PPL, and nearly all top tokens are the same. */
  'equivalent',
  /** The same of PPL, but too many top tokens differ, or may, to call it the same model. */
  'other answers',
  /** No loss was measured, and the intervals are too wide to say that there is none. */
  'inconclusive',
  /** A loss was measured, below 1 % of PPL with its whole interval; nearly all top tokens are the same. */
  'small loss',
  /** A loss was measured, and it may be above 1 % of PPL or a point of the actual token's probability. */
  'loss',
  /** A loss was measured and lies above 1 % of PPL with its whole interval. */
  'clear loss',
  /** PPL is lower, yet the actual token is less likely on average, maybe by a point or more. */
  'mixed',
  /** The reference hardly predicts the text, or its own PPL is hardly known: nothing can be told. */
  'text unsuited',
  /** Too few chunks for an interval. */
  'too little text',
]);
export type VerdictKind = z.infer<typeof verdictKind>;
/** `sentence`: complete, with n and the interval it rests on. */
export const verdict = z.object({ kind: verdictKind, sentence: z.string() });
export type Verdict = z.infer<typeof verdict>;

/** What was measured of one model by itself. Sizes in bytes, times in seconds. */
const measuredAlone = z.object({
  ppl: z.number(),
  /** PPL · standard error of the mean NLL. */
  pplError: z.number(),
  pplInterval95: interval95.nullable(),
  /** Time in the model itself and in the sums over the vocabulary; over all chunks so far. */
  secondsDecode: z.number(),
  secondsMetrics: z.number(),
  /** Tokens read, scored or not, by `secondsDecode`; null when nothing was decoded (a base file). */
  tokensPerSecond: z.number().nullable(),
});

/** What was measured of a candidate against the reference. Formulas: main/base/stats, after llama-perplexity. */
export const candidateNumbers = measuredAlone.extend({
  /**
   * mean NLL of the candidate − that of the reference; its error uses their covariance. As llama-perplexity: the reference's goes
   * through 16 bits and is cut at e^−16 of its likeliest token, which shows on text that the models hardly know.
   */
  lnPplRatio: z.number(),
  lnPplRatioError: z.number(),
  lnPplRatioInterval95: interval95.nullable(),
  /** PPL of the candidate / exact PPL of the reference, without those 16 bits; verdicts rest on this interval. */
  pplRatio: z.number(),
  pplRatioError: z.number(),
  pplRatioInterval95: interval95.nullable(),
  /** Correlation of the two models' NLL over the tokens; null where one has no variance. */
  correlation: z.number().nullable(),
  kld: distribution,
  /** Δp = the candidate's probability of the actual token − the reference's; shares, not percent. */
  deltaP: distribution.extend({
    rms: z.number(),
    rmsError: z.number(),
    rmsInterval95: interval95.nullable(),
    p75: z.number().nullable(),
    p25: z.number().nullable(),
  }),
  /**
   * Share of tokens where both models hold the same token for the likeliest; error sqrt(p(1 − p)/(n − 1)). The interval of 0 or
   * 100 % is Wilson's.
   */
  sameTop: z.object({ share: z.number(), error: z.number(), interval95: interval95.nullable() }),
  verdict,
});
export type CandidateNumbers = z.infer<typeof candidateNumbers>;

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
  /** "… is the smallest variant with no loss above 1 % of PPL at this n", or why none can be named; null until every candidate has numbers. */
  smallest: z.object({ candidate: z.number().int().nullable(), sentence: z.string() }).nullable(),
  /** Largest resident memory of the process that measured; null until it ended. */
  peakRssBytes: z.number().nullable(),
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
});
export const renameDivergenceInput = z.object({ id: z.string(), name: z.string().min(1).max(200).nullable() });

/** `candidate`: 0 is the first candidate (`columns[1]`). */
const ofCandidate = z.object({ id: z.string(), candidate: z.number().int().min(0).max(14) });

export const histogramInput = ofCandidate.extend({ bins: z.number().int().min(5).max(400).default(60) });
/** KLD of all scored tokens in bins of equal width on a logarithmic scale; what is 0 or below (rounding) is counted apart. */
export const kldHistogram = z.object({
  zeroOrBelow: z.number().int(),
  bins: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
});
export type KldHistogram = z.infer<typeof kldHistogram>;

export const depthInput = ofCandidate.extend({ bands: z.number().int().min(2).max(64).default(8) });
/** Scored tokens with `from` to `to` tokens of the chunk before them; intervals are null below six chunks. */
export const depthBand = z.object({
  from: z.number().int(),
  to: z.number().int(),
  tokens: z.number().int(),
  kldMean: z.number(),
  kldInterval95: interval95.nullable(),
  /** Of the exact perplexities. */
  pplRatio: z.number(),
  pplRatioInterval95: interval95.nullable(),
  sameTop: z.number(),
  sameTopInterval95: interval95.nullable(),
});
export type DepthBand = z.infer<typeof depthBand>;

export const stripInput = ofCandidate.extend({
  from: z.number().int().min(0).default(0),
  count: z.number().int().min(1).max(8192).default(1024),
});
/** A scored token of the text, and the numbers with which it was predicted. */
export const stripToken = z.object({
  /** Index over the scored tokens of all chunks, one after the other. */
  position: z.number().int(),
  chunk: z.number().int(),
  /** Index of the token in its chunk; where it leaps, tokens between were read and not scored. */
  place: z.number().int(),
  id: z.number().int(),
  text: z.string(),
  kld: z.number(),
  /** −ln of the probability that each model gave to this token. */
  nll: z.number(),
  nllReference: z.number(),
  sameTop: z.boolean(),
});
export type StripToken = z.infer<typeof stripToken>;
/** `total`: scored tokens of the chunks that this candidate has done. */
export const tokenStrip = z.object({ total: z.number().int(), tokens: z.array(stripToken) });
export type TokenStrip = z.infer<typeof tokenStrip>;

export const worstInput = ofCandidate.extend({
  /** Share of the scored tokens, the largest KLD first; at least one, at most 1000 tokens. */
  share: z.number().gt(0).max(1).default(0.001),
});

export const inspectPositionInput = ofCandidate.extend({
  position: z.number().int().min(0),
  /** How many tokens to go on with, greedily, after the token that the reference holds for the likeliest; 0: none. */
  continueTokens: z.number().int().min(0).max(256).default(0),
});
const likely = z.object({ id: z.number().int(), text: z.string(), logprob: z.number() });
export const inspectedPosition = z.object({
  /** The scored text of the chunk before the position. */
  before: z.string(),
  actual: stripToken,
  /** The ten likeliest tokens of each model at this position. */
  reference: z.array(likely),
  candidate: z.array(likely),
  /** What each model goes on with after the reference's likeliest token; that token comes first. Null when not asked for. */
  continuation: z.object({ reference: z.string(), candidate: z.string() }).nullable(),
});
export type InspectedPosition = z.infer<typeof inspectedPosition>;
/** What `divergence.inspect` sends: loading (share of both models), then the result. */
export const inspectionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loading'), progress: z.number() }),
  z.object({ type: z.literal('inspected'), position: inspectedPosition }),
]);
export type InspectionEvent = z.infer<typeof inspectionEvent>;

export const exportDivergenceInput = z.object({ id: z.string(), format: z.enum(['json', 'markdown', 'html', 'csv']) });
/** `fileName`: a suggestion. HTML: one file with everything in it. CSV: one line a scored token and candidate, without text. */
export const exportedDivergence = z.object({ fileName: z.string(), text: z.string() });
