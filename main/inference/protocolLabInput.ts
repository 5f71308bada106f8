import { z } from 'zod';
import { message } from '../../preload/contract/engine.ts';

/** What the keys and values of the context are kept as; quantized values need flash attention, which is switched on with them. */
export const cacheType = z.enum(['F32', 'F16', 'BF16', 'Q8_0', 'Q5_1', 'Q5_0', 'Q4_1', 'Q4_0', 'IQ4_NL']);
export type CacheType = z.infer<typeof cacheType>;

export const threads = z.number().int().min(1).max(256);
export const path = z.string().min(1);
export const contextSize = z.number().int().min(16).max(1_000_000).default(512);

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

/** How many tokens and chunks an input comes to, from the vocabulary alone. */
export const planWork = z.object({
  model: path,
  input: labInput,
  context: contextSize,
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
