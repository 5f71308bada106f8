import { z } from 'zod';
import { interval95 } from './divergenceNumbers.ts';

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
