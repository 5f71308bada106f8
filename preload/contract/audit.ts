import { z } from 'zod';

/** One link of the chain. Holds no prompt and no answer: only what was done, by whom, to what, and how it ended. */
export const auditEntry = z.object({
  sequence: z.number().int(),
  at: z.string(),
  person: z.string(),
  /** Where the command came from. */
  home: z.enum(['desktop', 'browser', 'command line', 'host']),
  action: z.string(),
  phase: z.enum(['intent', 'outcome', 'event']),
  /** Of an outcome: ok, or the error code. */
  outcome: z.string().nullable(),
  /** Sequence of the intent that this outcome belongs to. */
  intent: z.number().int().nullable(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

export const auditListInput = z.object({
  before: z.number().int().optional(),
  limit: z.number().int().min(1).max(500).default(100),
});
export const auditVerdict = z.object({
  holds: z.boolean(),
  entries: z.number().int(),
  /** Hash of the last entry; note it elsewhere to bind the chain from outside. */
  head: z.string(),
  /** The first entry that does not hold, and what is wrong with it. */
  broken: z.object({ sequence: z.number().int(), reason: z.string() }).nullable(),
  /** Commands whose outcome is missing: the app ended in between. */
  unfinished: z.number().int(),
});
export type AuditVerdict = z.infer<typeof auditVerdict>;
