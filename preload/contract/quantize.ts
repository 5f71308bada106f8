import { z } from 'zod';
import { assayErrorData } from './errors.ts';
import { modelReference } from './models.ts';

/** Types that a file can be quantized to, smallest first; names as llama-quantize has them. */
export const quantizationType = z.enum([
  'IQ1_S',
  'IQ1_M',
  'TQ1_0',
  'Q1_0',
  'TQ2_0',
  'IQ2_XXS',
  'IQ2_XS',
  'Q2_0',
  'IQ2_S',
  'IQ2_M',
  'Q2_K_S',
  'Q2_K',
  'IQ3_XXS',
  'IQ3_XS',
  'Q3_K_S',
  'IQ3_S',
  'IQ3_M',
  'Q3_K_M',
  'Q3_K_L',
  'MXFP4_MOE',
  'IQ4_XS',
  'IQ4_NL',
  'Q4_0',
  'Q4_K_S',
  'Q4_1',
  'Q4_K_M',
  'Q5_0',
  'Q5_K_S',
  'Q5_1',
  'Q5_K_M',
  'Q6_K',
  'Q8_0',
  'BF16',
  'F16',
  'F32',
]);
export type QuantizationType = z.infer<typeof quantizationType>;

/** Those that give nothing usable without an importance matrix; llama.cpp refuses them without one. */
export const needsImportance: readonly QuantizationType[] = ['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'Q2_K_S'];

/** A ggml type of a single tensor as llama-quantize takes it, in any case: `q8_0`, `Q6_K`, `f16`. */
const tensorType = z.string().regex(/^[A-Za-z0-9_]{2,16}$/);

export const quantizeInput = z.object({
  /** The file to quantize from; best F16, BF16 or F32. */
  model: modelReference,
  types: z.array(quantizationType).min(1).max(20),
  /** Where the files go. Default: beside the model; for the sample into Assay's own folder. */
  folder: z.string().min(1).max(4096).optional(),
  /** A text from which the importance of weights is measured first. `characters`: of all of it, where an estimate is given its beginning. */
  imatrixText: z
    .object({
      name: z.string().max(500),
      text: z.string().min(1).max(64_000_000),
      characters: z.number().int().min(1).optional(),
    })
    .optional(),
  /** Types for single tensors: a regular expression on their names, and the type. */
  tensorTypes: z
    .array(z.object({ pattern: z.string().min(1).max(200), type: tensorType }))
    .max(1000)
    .default([]),
  /** Type of the output tensor and of the token embeddings. Default: what the quantization says. */
  outputType: tensorType.optional(),
  embeddingType: tensorType.optional(),
  /** Also from a model that is quantized already, which loses more than quantizing the original. Default: BAD_INPUT. */
  allowRequantize: z.boolean().default(false),
  /** Files that are there already are replaced. Default: CONFLICT names them, and nothing is begun. */
  overwrite: z.boolean().default(false),
  /** Default: that of the engine's settings. */
  threads: z.number().int().min(1).max(256).optional(),
});
export type QuantizeInput = z.input<typeof quantizeInput>;
export type QuantizeSettings = z.output<typeof quantizeInput>;

/** A tensor whose rows do not fit the wanted type and got another. */
const fallback = z.object({ tensor: z.string(), wanted: z.string(), got: z.string() });

/** What a quantization would come to, before it is made. */
export const quantizeEstimate = z.object({
  folder: z.string(),
  freeBytes: z.number().nullable(),
  /** False when the files together do not fit into the folder. */
  fits: z.boolean(),
  /** Main memory while quantizing, estimated. */
  memoryBytes: z.number(),
  /** That measuring the importance matrix takes before anything is quantized, a first guess; null without a text for it. */
  imatrixSeconds: z.number().nullable(),
  /** Things to know, as sentences: e.g. that the model is quantized already and that this costs quality. */
  notes: z.array(z.string()),
  files: z.array(
    z.object({
      type: quantizationType,
      file: z.string(),
      /** There is such a file; it is replaced only when asked for. */
      exists: z.boolean(),
      /** By a dry run; null where that failed, and `error` says why. */
      sizeBytes: z.number().nullable(),
      bitsPerWeight: z.number().nullable(),
      /** From what this machine needed before; a first guess where it never quantized. */
      seconds: z.number(),
      isFirstGuess: z.boolean(),
      fallbacks: z.array(fallback),
      error: assayErrorData.nullable(),
    }),
  ),
});
export type QuantizeEstimate = z.infer<typeof quantizeEstimate>;

/** `files`: where the results will lie, by type. */
export const startedQuantize = z.object({
  jobId: z.string(),
  files: z.array(z.object({ type: quantizationType, file: z.string() })),
});

/** Where a file came from: kept for each that Assay quantized. */
export const quantization = z.object({
  /** Full path at the time. */
  file: z.string(),
  type: quantizationType,
  createdAt: z.string(),
  sizeBytes: z.number(),
  bitsPerWeight: z.number().nullable(),
  sha256: z.string(),
  /** The file it was made from. */
  referenceFile: z.string(),
  referenceSha256: z.string(),
  /** Null: made without an importance matrix. */
  imatrixSha256: z.string().nullable(),
  /** Of llama.cpp. */
  engineRelease: z.string(),
  tensorTypes: z.array(z.object({ pattern: z.string(), type: z.string() })),
  /** Of the output tensor and of the token embeddings, where a type of their own was asked for. */
  outputType: z.string().nullable().default(null),
  embeddingType: z.string().nullable().default(null),
  fallbacks: z.array(fallback),
  seconds: z.number(),
});
export type Quantization = z.infer<typeof quantization>;
/** Without a file: all, newest first. */
export const listQuantizationsInput = z.object({ file: z.string().max(4096).optional() });
