import { z } from 'zod';
import { contextSize, labInput, path, threads } from './protocolLabInput.ts';

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

/** `llama-imatrix` over a text; the file is the same as that tool writes. */
export const imatrixWork = z.object({
  model: path,
  input: labInput,
  output: path,
  /** As in `quantizeWork`. */
  inPlace: z.boolean().optional(),
  context: contextSize,
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
