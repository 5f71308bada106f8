import { z } from 'zod';

/** Lower and upper end of a 95 % interval, by a bootstrap over chunks (tokens in a chunk are not independent). */
export const interval95 = z.tuple([z.number(), z.number()]);

/**
 * Mean and percentiles over the scored tokens. `error`: sqrt((E[x²] − E[x]²) / (n − 1)), as llama-perplexity prints; it takes
 * tokens for independent. Percentiles: linear interpolation at f·(n − 1); null below 100 tokens.
 */
export const distribution = z.object({
  mean: z.number(),
  error: z.number(),
  /** Null below six chunks. */
  interval95: interval95.nullable(),
  max: z.number().nullable(),
  p999: z.number().nullable(),
  p99: z.number().nullable(),
  p95: z.number().nullable(),
  p90: z.number().nullable(),
  median: z.number().nullable(),
  p10: z.number().nullable(),
  p05: z.number().nullable(),
  p01: z.number().nullable(),
  p001: z.number().nullable(),
  min: z.number().nullable(),
});
export type Distribution = z.infer<typeof distribution>;

export const verdictKind = z.enum([
  /** Every token has KLD 0 and the same top token; against a base file, as far as its 16 bits tell. */
  'identical',
  /** No loss was measured, the intervals leave no room for one above 1 % of PPL, and nearly all top tokens are the same. */
  'equivalent',
  /** The same of PPL, but too many top tokens differ, or may, to call it the same model. */
  'other answers',
  /** No loss was measured, and the intervals are too wide to say that there is none. */
  'inconclusive',
  /** A loss was measured, below 1 % of PPL with its whole interval; nearly all top tokens are the same. */
  'small loss',
  /** A loss was measured, and it may be above 1 % of PPL or a point of the actual token's probability, or the model may answer otherwise. */
  'loss',
  /** A loss was measured and lies above 1 % of PPL with its whole interval. */
  'clear loss',
  /** PPL is lower, yet the actual token is less likely on average, maybe by a point or more. */
  'mixed',
  /** The reference hardly predicts the text, or its own PPL is hardly known: nothing can be told. */
  'text unsuited',
  /** Too few chunks for an interval. */
  'too little text',
]);
export type VerdictKind = z.infer<typeof verdictKind>;
/** `sentence`: complete, with n and the interval it rests on. */
export const verdict = z.object({ kind: verdictKind, sentence: z.string() });
export type Verdict = z.infer<typeof verdict>;

/** What was measured of one model by itself. Sizes in bytes, times in seconds. */
export const measuredAlone = z.object({
  ppl: z.number(),
  /** PPL · standard error of the mean NLL. */
  pplError: z.number(),
  pplInterval95: interval95.nullable(),
  /** Time in the model itself and in the sums over the vocabulary; over all chunks so far. */
  secondsDecode: z.number(),
  secondsMetrics: z.number(),
  /** Tokens read, scored or not, by `secondsDecode`; null when nothing was decoded (a base file). */
  tokensPerSecond: z.number().nullable(),
  /** Over what was timed by itself in this run; null where that is too little. */
  tokensPerSecondInterval95: interval95.nullable(),
});

/** What was measured of a candidate against the reference. Formulas: main/base/stats, after llama-perplexity. */
export const candidateNumbers = measuredAlone.extend({
  /**
   * mean NLL of the candidate − that of the reference; its error uses their covariance. As llama-perplexity: the reference's goes
   * through 16 bits and is cut at e^−16 of its likeliest token, which shows on text that the models hardly know.
   */
  lnPplRatio: z.number(),
  lnPplRatioError: z.number(),
  lnPplRatioInterval95: interval95.nullable(),
  /** PPL of the candidate / exact PPL of the reference, without those 16 bits; verdicts rest on this interval. */
  pplRatio: z.number(),
  pplRatioError: z.number(),
  pplRatioInterval95: interval95.nullable(),
  /** Correlation of the two models' NLL over the tokens; null where one has no variance. */
  correlation: z.number().nullable(),
  kld: distribution,
  /** Δp = the candidate's probability of the actual token − the reference's; shares, not percent. */
  deltaP: distribution.extend({
    rms: z.number(),
    rmsError: z.number(),
    rmsInterval95: interval95.nullable(),
    p75: z.number().nullable(),
    p25: z.number().nullable(),
  }),
  /**
   * Share of tokens where both models hold the same token for the likeliest; error sqrt(p(1 − p)/(n − 1)); interval
   * by Korn and Graubard, with the chunks as clusters.
   */
  sameTop: z.object({ share: z.number(), error: z.number(), interval95: interval95.nullable() }),
  verdict,
});
export type CandidateNumbers = z.infer<typeof candidateNumbers>;
