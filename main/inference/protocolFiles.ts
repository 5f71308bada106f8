import { z } from 'zod';

/** What a file says the model is and where it comes from; texts are cut at 200 characters. */
export const modelIdentity = z.object({
  /** `general.basename`: Llama-3.1. */
  baseName: z.string().nullable(),
  /** `general.size_label`: 8B, 8x7B. */
  sizeLabel: z.string().nullable(),
  /** `general.finetune`: Instruct. */
  fineTune: z.string().nullable(),
  version: z.string().nullable(),
  organization: z.string().nullable(),
  /** Models that it was made from, by repository or name. */
  baseModels: z.array(z.string()),
  quantizedBy: z.string().nullable(),
  /** The importance matrix that it was quantized with, as llama-quantize notes it. */
  imatrix: z
    .object({ file: z.string().nullable(), dataset: z.string().nullable(), chunks: z.number().nullable() })
    .nullable(),
  /** Files that it lies in. */
  parts: z.number().int(),
  /** SHA-256 of the chat template (of all of them, where there are several); null without one. */
  templateHash: z.string().nullable(),
  /** SHA-256 over the ids of the special tokens, the switches that add them, and the kind of each token. */
  specialTokensHash: z.string(),
  /** SHA-256 over the kind of tokenizer, its tokens, scores and merges. */
  vocabularyHash: z.string(),
});
export type ModelIdentity = z.infer<typeof modelIdentity>;

/** Everything of a header that a person may want to read; what is long is cut. */
export const fileDescription = z.object({
  metadata: z.array(
    z.object({
      key: z.string(),
      /** As GGUF names it: u32, string, array of string. */
      type: z.string(),
      /** As JSON has it; of a list the first items. */
      value: z.string(),
      /** Items of a list; null for a single value. */
      length: z.number().int().nullable(),
    }),
  ),
  /** Up to 200,000 characters. */
  template: z.string().nullable(),
  /** The template on an example conversation. */
  example: z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })]).nullable(),
  specialTokens: z.array(z.object({ role: z.string(), id: z.number().int(), text: z.string().nullable() })),
  /** By type, most bytes first. */
  tensorTypes: z.array(z.object({ type: z.string(), tensors: z.number().int(), bytes: z.number() })),
  /** At most 20,000. */
  tensors: z.array(z.object({ name: z.string(), type: z.string(), shape: z.array(z.number()) })),
});
export type FileDescription = z.infer<typeof fileDescription>;

/** Tokens that two vocabularies have different at the same id. */
export const vocabularyDifference = z.object({
  sizes: z.tuple([z.number().int(), z.number().int()]),
  count: z.number().int(),
  /** The first ten; null where one has no such id. */
  examples: z.array(z.object({ id: z.number().int(), one: z.string().nullable(), other: z.string().nullable() })),
});
export type VocabularyDifference = z.infer<typeof vocabularyDifference>;
