import { z } from 'zod';
import { contextSize, labInput, labModel, threads } from './protocolLabInput.ts';

/** Opens models for looking at single positions; they stay loaded until `close`. */
export const inspectorWork = z.object({
  /** The reference first. */
  models: z.array(labModel).min(1).max(4),
  input: labInput,
  context: contextSize,
  /** Of the run whose numbers a look is to have: how many chunks it measured. Default: all of the input. */
  chunks: z.number().int().min(1).optional(),
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
