import { z } from 'zod';
import { interval95 } from './divergence.ts';
import { givenName } from './names.ts';

export const startBlindInput = z.object({
  /** Comparisons whose answers are judged; those still under way bring their answers as they come. */
  comparisons: z.array(z.string().max(100)).min(1).max(50),
  /** How many pairs are to be judged, decided before anything is known. Default: all. */
  pairs: z.number().int().min(1).max(10_000).optional(),
  /** Default: none. */
  name: givenName.optional(),
});
export const blindIdInput = z.object({ id: z.string() });
export const listBlindInput = z
  .object({
    /** Id of the last one of the page before. */
    before: z.string().optional(),
    limit: z.number().int().min(1).max(500).default(100),
    /** Id of a model that stands against others in them. */
    model: z.string().optional(),
  })
  .prefault({});

export const blindOutcome = z.enum(['left', 'right', 'tie']);
export type BlindOutcome = z.infer<typeof blindOutcome>;
/** `pair`: as `next` named it. */
export const judgeInput = z.object({ id: z.string(), pair: z.string().max(100), outcome: blindOutcome });

export const blindSummary = z.object({
  id: z.string(),
  name: z.string().nullable(),
  createdAt: z.string(),
  comparisons: z.number().int(),
  /** How many models stand against one another. */
  models: z.number().int(),
  judged: z.number().int(),
  /** How many pairs were asked for at the start; null: all. */
  asked: z.number().int().nullable(),
  /** When the names were shown; null while it goes on. Nothing can be judged afterwards. */
  revealedAt: z.string().nullable(),
});
export type BlindSummary = z.infer<typeof blindSummary>;

/** Two answers to one prompt, without a word on whose they are. */
export const blindPair = z.object({
  pair: z.string(),
  prompt: z.string(),
  system: z.string().nullable(),
  left: z.string(),
  right: z.string(),
});
export type BlindPair = z.infer<typeof blindPair>;

/** How a model fared. Scores: Bradley and Terry's with ties after Davidson (main/base/stats/bradleyTerry.ts), natural log, mean 0. */
export const blindPlayer = z.object({
  /** What its colour goes by: the model's id, or its reference outside the library. */
  key: z.string(),
  name: z.string(),
  quantization: z.string(),
  score: z.number(),
  interval95,
  wins: z.number().int(),
  losses: z.number().int(),
  ties: z.number().int(),
  /** How many choices that are no tie are missing before anything can be told of it; its score says nothing until then. */
  missing: z.number().int(),
  /** Held against the first model (the reference), as a sentence with n; null for itself. */
  sentence: z.string().nullable(),
});

export const blindResult = z.object({
  /** The best first. */
  players: z.array(blindPlayer),
  /** What can be said at this n; and that it ended early, where not all pairs were judged. */
  sentence: z.string(),
  /** Share of judgements for the left side, ties left out, with Wilson's interval: far from one half, the side decided. */
  left: z.object({ share: z.number(), interval95, count: z.number().int() }).nullable(),
});
export type BlindResult = z.infer<typeof blindResult>;

export const blindTest = blindSummary.extend({
  /** Pairs of different answers that are to be judged, judged ones included: as many as were asked for, or all that are there. */
  total: z.number().int(),
  /** Pairs with the same words: not asked, counted as ties. Where not all pairs are asked, as large a part of these. */
  identical: z.number().int(),
  /** Answers that have not come yet. */
  waiting: z.number().int(),
  /** Answers that failed or were stopped: nobody is asked about them. */
  failed: z.number().int(),
  /** Of the comparisons, how many were deleted since. */
  gone: z.number().int(),
  /** What to judge next; null when all is judged, or after the end. */
  next: blindPair.nullable(),
  /** Null before the names are shown. */
  result: blindResult.nullable(),
});
export type BlindTest = z.infer<typeof blindTest>;

export const exportBlindInput = z.object({ id: z.string(), format: z.enum(['markdown', 'json', 'csv']) });
