import { z } from 'zod';

/** A model as people name it: the id of a known model, `sample`, `sample:Q4_K_M`, or the path of a GGUF file. */
export const modelReference = z.string().min(1).max(4096);

/** What the header of a GGUF file says, read in a child process with a watchdog. */
export const modelHeader = z.object({
  architecture: z.string(),
  name: z.string().nullable(),
  /** As llama.cpp names it: F16, Q4_K_M, …; `unknown` when the file does not say. */
  quantization: z.string(),
  parameters: z.number().int().nonnegative(),
  /** File bits divided by parameters. */
  bitsPerWeight: z.number().nullable(),
  contextLength: z.number().int(),
  layers: z.number().int(),
  embeddingLength: z.number().int(),
  vocabularySize: z.number().int(),
  tokenizer: z.string().nullable(),
  /** Its first 4096 characters; the engine reads all of it from the file. */
  chatTemplate: z.string().nullable(),
  license: z.string().nullable(),
  author: z.string().nullable(),
});
export type ModelHeader = z.infer<typeof modelHeader>;

export const model = z.object({
  id: z.string(),
  path: z.string(),
  /** What to show: the general.name of the header, else the file name. */
  name: z.string(),
  sizeBytes: z.number(),
  /** The embedded sample model and its quantizations. */
  sample: z.boolean(),
  addedAt: z.string(),
  /** Null when the file could not be read; `problem` then says why. */
  header: modelHeader.nullable(),
  problem: z.string().nullable(),
});
export type Model = z.infer<typeof model>;

export const addModelInput = z.object({ path: z.string().min(1).max(4096) });
export const modelIdInput = z.object({ id: z.string() });

/** Memory in bytes that a model with this context would take, and what there is. */
export const memoryEstimate = z.object({
  weightsBytes: z.number(),
  contextBytes: z.number(),
  totalBytes: z.number(),
  availableBytes: z.number(),
  fits: z.boolean(),
  /** The largest context (tokens) that fits, 0 when not even the weights do. */
  largestContext: z.number().int(),
  /** How the numbers were come by, in words. */
  method: z.string(),
});
export type MemoryEstimate = z.infer<typeof memoryEstimate>;
export const estimateInput = z.object({
  model: modelReference,
  contextSize: z.number().int().min(16).max(10_000_000).optional(),
});
