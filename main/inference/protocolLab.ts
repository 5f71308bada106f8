import { z } from 'zod';
import { message } from '../../preload/contract/engine.ts';

/** Types that `llama-quantize` of the pinned release knows, by its names. */
export const quantizeTypes = [
  'Q1_0',
  'Q2_0',
  'Q4_0',
  'Q4_1',
  'Q5_0',
  'Q5_1',
  'Q8_0',
  'Q2_K',
  'Q2_K_S',
  'Q3_K_S',
  'Q3_K_M',
  'Q3_K_L',
  'Q4_K_S',
  'Q4_K_M',
  'Q5_K_S',
  'Q5_K_M',
  'Q6_K',
  'IQ1_S',
  'IQ1_M',
  'IQ2_XXS',
  'IQ2_XS',
  'IQ2_S',
  'IQ2_M',
  'IQ3_XXS',
  'IQ3_XS',
  'IQ3_S',
  'IQ3_M',
  'IQ4_NL',
  'IQ4_XS',
  'TQ1_0',
  'TQ2_0',
  'MXFP4_MOE',
  'F16',
  'BF16',
  'F32',
  'COPY',
] as const;
export const quantizeType = z.enum(quantizeTypes);
export type QuantizeType = z.infer<typeof quantizeType>;

/** What the keys and values of the context are kept as; quantized values need flash attention, which is switched on with them. */
export const cacheType = z.enum(['F32', 'F16', 'BF16', 'Q8_0', 'Q5_1', 'Q5_0', 'Q4_1', 'Q4_0', 'IQ4_NL']);
export type CacheType = z.infer<typeof cacheType>;

const threads = z.number().int().min(1).max(256);
const path = z.string().min(1);
/** Name of a ggml type as `llama-quantize --tensor-type` takes it, in any case: `q8_0`, `Q6_K`, `f16`. */
const tensorType = z.string().regex(/^[A-Za-z0-9_]{2,16}$/);

/** `llama-quantize` with the same meanings. The output is written beside its place and moved there when it is whole, unless `inPlace`. */
export const quantizeWork = z.object({
  input: path,
  output: path,
  /** The output itself is written, and taken away when it does not become whole: for who looks at it before it gets its name. */
  inPlace: z.boolean().optional(),
  type: quantizeType,
  threads,
  /** As `llama-imatrix` writes it (GGUF). Types below 2.5 bits need one. */
  imatrixFile: path.optional(),
  /** What the result calls the matrix. Default: by its path, as llama-quantize does. */
  imatrixName: z.string().min(1).max(100).optional(),
  /** Regular expressions on tensor names, first match counts. */
  tensorTypes: z
    .array(z.object({ pattern: z.string().min(1).max(200), type: tensorType }))
    .max(1000)
    .optional(),
  /** Of `output.weight`. */
  outputType: tensorType.optional(),
  /** Of `token_embd.weight`. */
  embeddingType: tensorType.optional(),
  /** Every tensor gets the type itself, no mixture. */
  pure: z.boolean().optional(),
  leaveOutputTensor: z.boolean().optional(),
  /** Also from a file that is quantized already, which loses more than quantizing the original. */
  allowRequantize: z.boolean().optional(),
  /** Only says what it would come to; writes nothing. */
  dryRun: z.boolean().optional(),
});
export type QuantizeWork = z.infer<typeof quantizeWork>;

export const quantizeResult = z.object({
  /** Of the tensors, as llama.cpp counts them. */
  tensorBytes: z.number(),
  /** Of the file written; null after a dry run. */
  sizeBytes: z.number().nullable(),
  /** Bits of tensor data for each weight. */
  bitsPerWeight: z.number(),
  /** Tensors whose rows do not fit the wanted type and what they got in its place. */
  fallbacks: z.array(z.object({ tensor: z.string(), wanted: z.string(), got: z.string() })),
  /** Of a dry run: without an importance matrix the real one is refused. */
  needsImportance: z.boolean(),
  seconds: z.number(),
});
export type QuantizeResult = z.infer<typeof quantizeResult>;

/** What is read and which of it is scored. */
export const labInput = z.discriminatedUnion('kind', [
  /** Cut into chunks of the context size; the second half of each is scored, as llama-perplexity does. */
  z.object({ kind: z.literal('text'), text: z.string() }),
  /** The same for a UTF-8 file. */
  z.object({ kind: z.literal('file'), path }),
  /** One chunk a conversation, set with the template of the reference; its answers are scored, with the tokens that end them. The last message is one. */
  z.object({
    kind: z.literal('chats'),
    chats: z
      .array(
        z.object({
          /** What a sentence calls it: its place in a data set. Default: its place here, from 1. */
          item: z.number().int().optional(),
          system: z.string().optional(),
          messages: z.array(message).min(1),
        }),
      )
      .min(1),
  }),
  /** One chunk a sequence; `special` reads control tokens in the text. */
  z.object({
    kind: z.literal('segments'),
    sequences: z
      .array(z.array(z.object({ text: z.string(), special: z.boolean(), scored: z.boolean() })).min(1))
      .min(1),
  }),
  /** A base file of llama-perplexity (`--kl-divergence-base`): its tokens, and its distributions as the reference. */
  z.object({ kind: z.literal('base'), path }),
]);
export type LabInput = z.infer<typeof labInput>;

export const labModel = z.object({
  path,
  cacheKeyType: cacheType.default('F16'),
  cacheValueType: cacheType.default('F16'),
});
export type LabModel = z.infer<typeof labModel>;

/** `llama-imatrix` over a text; the file is the same as that tool writes. */
export const imatrixWork = z.object({
  model: path,
  input: labInput,
  output: path,
  /** As in `quantizeWork`. */
  inPlace: z.boolean().optional(),
  context: z.number().int().min(16).max(1_000_000).default(512),
  chunks: z.number().int().min(1).optional(),
  threads,
  /** Name of the text, kept in the file. */
  dataset: z.string().max(200).default('text'),
  /** Also for the output tensor. */
  processOutput: z.boolean().default(false),
});
export type ImatrixWork = z.input<typeof imatrixWork>;

export const imatrixResult = z.object({
  chunks: z.number().int(),
  tokens: z.number().int(),
  tensors: z.number().int(),
  sizeBytes: z.number(),
});
export type ImatrixResult = z.infer<typeof imatrixResult>;

export const divergenceWork = z.object({
  /** Null when a base file stands for it. */
  reference: labModel.nullable(),
  /** None gives the perplexity of the reference alone. */
  candidates: z.array(labModel).max(32),
  input: labInput,
  /** Tokens of a chunk; of chats and segments the most: longer ones are left out, with a note. A base file brings its own. */
  context: z.number().int().min(16).max(1_000_000).default(512),
  /** The first so many; all by default. */
  chunks: z.number().int().min(1).optional(),
  threads,
  /**
   * `llama-perplexity`: the reference's distribution goes through 16 bits and terms below e^-16 are left out, so that numbers
   * agree with that tool. `exact`: neither. Where the two rows of logits are equal, both give 0.
   */
  definition: z.enum(['llama-perplexity', 'exact']).default('llama-perplexity'),
  /** Where an interrupted run goes on; chunks before it are not delivered. */
  fromChunk: z.number().int().min(0).default(0),
  /** Writes a base file that llama-perplexity reads. Needs a text or a file, and fromChunk 0. */
  saveBase: path.optional(),
  /** Its name until it is whole. Default: one by chance. */
  partialBase: path.optional(),
  /** `turns`: one model in memory at a time, over a compact reference of 16 bits. `auto`: together when `memoryBytes` allows. */
  arrangement: z.enum(['auto', 'together', 'turns']).default('auto'),
  /** What all models and contexts together may take; default: what the machine has free, less a reserve. */
  memoryBytes: z.number().positive().optional(),
  /** Where a compact reference that is too big for memory goes, encrypted with a key that is kept nowhere. Default: not on disk. */
  scratchFolder: path.optional(),
});
export type DivergenceWork = z.input<typeof divergenceWork>;

const float64 = z.instanceof(Float64Array);
const float32 = z.instanceof(Float32Array);

/** Of the scored tokens of one chunk, in order: entry i belongs to target token i. Logarithms are natural. */
export const candidateChunk = z.object({
  /** Index in `candidates`. */
  candidate: z.number().int(),
  /** -ln p(target). */
  nll: float64,
  /** Σ p_reference · (ln p_reference − ln p_candidate) over the vocabulary. */
  kld: float64,
  /** p(target). */
  probability: float32,
  /** p_candidate(target) − p_reference(target), with the reference as `baseNll` has it. */
  deltaP: float32,
  /** 1 where both have the same most likely token. */
  sameTop: z.instanceof(Uint8Array),
  decodeSeconds: z.number(),
  metricsSeconds: z.number(),
});

export const referenceChunk = z.object({
  /** -ln p(target), exact: what llama-perplexity's first pass adds up. Equal to `baseNll` when a base file is the reference. */
  nll: float64,
  /**
   * -ln p(target) as the definition has it: what the ratio, the covariance and Δp are made with. Through 16 bits it is never more than
   * 16 below the likeliest token, so where a text surprises the reference more than that, llama-perplexity's ratio is too high.
   */
  baseNll: float64,
  /** exp(−baseNll). */
  probability: float32,
  /** In the model, and in the sums over the vocabulary, for this chunk. */
  decodeSeconds: z.number(),
  metricsSeconds: z.number(),
});

/** What a divergence says while it runs. Chunks come in order; in turns, once for the reference and once for each candidate. */
export const divergenceEvent = z.discriminatedUnion('type', [
  /** `share` from 0 to 1; a model by its path. */
  z.object({ type: z.literal('loading'), model: z.string(), share: z.number() }),
  z.object({
    type: z.literal('plan'),
    chunks: z.number().int(),
    context: z.number().int(),
    /** Of all chunks. */
    tokens: z.number().int(),
    tokensScored: z.number().int(),
    vocabulary: z.number().int(),
    arrangement: z.enum(['together', 'turns']),
    /** Chunks that are decoded at once, so that they arrive together. */
    chunksAtOnce: z.number().int(),
    /** Largest error of a ln p of the reference by its keeping in 16 bits; 0 when it is not kept. */
    referenceError: z.number(),
    /** Complete sentences, e.g. why candidates run in turns. */
    notes: z.array(z.string()),
  }),
  z.object({
    type: z.literal('chunk'),
    index: z.number().int(),
    /** Target tokens, their positions in the chunk, and what each looks like. */
    tokens: z.instanceof(Int32Array),
    positions: z.instanceof(Int32Array),
    pieces: z.array(z.string()),
    /** Null in the turn of a candidate. */
    reference: referenceChunk.nullable(),
    candidates: z.array(candidateChunk),
  }),
]);
export type DivergenceEvent = z.infer<typeof divergenceEvent>;
export type DivergenceChunk = Extract<DivergenceEvent, { type: 'chunk' }>;

/** From llama_perf_context and clocks of our own. */
export const modelTimings = z.object({
  path: z.string(),
  fileBytes: z.number(),
  tensorBytes: z.number(),
  parameters: z.number(),
  /** Bits of tensor data for each weight. */
  bitsPerWeight: z.number(),
  loadSeconds: z.number(),
  decodeSeconds: z.number(),
  decodedTokens: z.number().int(),
  metricsSeconds: z.number(),
  /** As llama.cpp counted them. */
  perf: z.object({
    loadMs: z.number(),
    promptMs: z.number(),
    promptTokens: z.number(),
    evalMs: z.number(),
    evalTokens: z.number(),
    reused: z.number(),
  }),
});
export type ModelTimings = z.infer<typeof modelTimings>;

export const divergenceResult = z.object({
  /** Null when a base file was the reference. */
  reference: modelTimings.nullable(),
  candidates: z.array(modelTimings),
  seconds: z.number(),
  /** Of the engine process; on Windows its working set. */
  peakRssBytes: z.number(),
  /** Of the same process before it opened a file: Node and the libraries. */
  idleRssBytes: z.number().optional(),
  /** Of the CPU line of llama.cpp. */
  systemInfo: z.string(),
});
export type DivergenceResult = z.infer<typeof divergenceResult>;

/** How many tokens and chunks an input comes to, from the vocabulary alone. */
export const planWork = z.object({
  model: path,
  input: labInput,
  context: z.number().int().min(16).max(1_000_000).default(512),
});
export type PlanWork = z.input<typeof planWork>;
export const planResult = z.object({
  tokens: z.number().int(),
  chunks: z.number().int(),
  tokensScored: z.number().int(),
  vocabulary: z.number().int(),
  /** What fewer tokens than that are refused with. */
  tokensNeeded: z.number().int(),
});
export type PlanResult = z.infer<typeof planResult>;

/** Opens models for looking at single positions; they stay loaded until `close`. */
export const inspectorWork = z.object({
  /** The reference first. */
  models: z.array(labModel).min(1).max(4),
  input: labInput,
  context: z.number().int().min(16).max(1_000_000).default(512),
  threads,
});
export type InspectorWork = z.input<typeof inspectorWork>;

export const inspectQuestion = z.object({
  chunk: z.number().int().min(0),
  /** Of the target token in its chunk: the distributions are those before it. */
  position: z.number().int().min(1),
  /** Tokens that come before the target's place in its stead, after the text. */
  forced: z.array(z.number().int().min(0)).max(4096).default([]),
  /** So many further tokens, each the most likely one of the reference. */
  follow: z.number().int().min(0).max(256).default(0),
  top: z.number().int().min(1).max(100).default(10),
});
export type InspectQuestion = z.input<typeof inspectQuestion>;

const ranked = z.object({ token: z.number().int(), piece: z.string(), logProbability: z.number() });
export const inspectAnswer = z.object({
  /** The token that stands there in the text. */
  target: z.object({ token: z.number().int(), piece: z.string() }),
  /** One for the position and one for each token that followed. */
  steps: z.array(
    z.object({
      /** The reference's most likely token, with which the next step goes on. */
      token: z.number().int(),
      piece: z.string(),
      /** In the order of `models`. */
      models: z.array(
        z.object({
          top: z.array(ranked),
          /** Of the target token; natural logarithm. */
          targetLogProbability: z.number(),
          /** In nats. */
          entropy: z.number(),
        }),
      ),
      /** From the first model to each; 0 for itself. */
      kld: z.array(z.number()),
    }),
  ),
});
export type InspectAnswer = z.infer<typeof inspectAnswer>;

export const labProbe = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), release: z.string(), systemInfo: z.string() }),
  /** Two sentences: what is missing, and what to install or do. */
  z.object({ available: z.literal(false), reason: z.string(), remedy: z.string() }),
]);
export type LabProbe = z.infer<typeof labProbe>;

/** Share of the work that is done; a note is a tensor's or a file's name. */
export const labProgress = z.object({ done: z.number(), total: z.number(), note: z.string().optional() });
export type LabProgress = z.infer<typeof labProgress>;

/** What one engine process is asked of the addon. */
export const labRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probe') }),
  z.object({ kind: z.literal('quantize'), work: quantizeWork, partial: path }),
  z.object({ kind: z.literal('imatrix'), work: imatrixWork, partial: path }),
  z.object({ kind: z.literal('plan'), work: planWork }),
  z.object({ kind: z.literal('divergence'), work: divergenceWork, partial: path.optional() }),
  z.object({ kind: z.literal('open inspector'), work: inspectorWork }),
  z.object({ kind: z.literal('look'), question: inspectQuestion }),
]);
export type LabRequest = z.infer<typeof labRequest>;

/** What it says while it works. */
export const labAside = z.discriminatedUnion('type', [
  ...divergenceEvent.options,
  labProgress.extend({ type: z.literal('progress') }),
]);
export type LabAside = z.infer<typeof labAside>;

export const labAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probe'), probe: labProbe }),
  z.object({ kind: z.literal('quantize'), result: quantizeResult }),
  z.object({ kind: z.literal('imatrix'), result: imatrixResult }),
  z.object({ kind: z.literal('plan'), result: planResult }),
  z.object({ kind: z.literal('divergence'), result: divergenceResult }),
  z.object({ kind: z.literal('open inspector') }),
  z.object({ kind: z.literal('look'), answer: inspectAnswer }),
]);
export type LabAnswer = z.infer<typeof labAnswer>;
