import { z } from 'zod';
import { contextSize, labInput, labModel, path, threads } from './protocolLabInput.ts';

export const divergenceWork = z.object({
  /** Null when a base file stands for it. */
  reference: labModel.nullable(),
  /** None gives the perplexity of the reference alone. */
  candidates: z.array(labModel).max(32),
  input: labInput,
  /** Tokens of a chunk; of chats and segments the most: longer ones are left out, with a note. A base file brings its own. */
  context: contextSize,
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
