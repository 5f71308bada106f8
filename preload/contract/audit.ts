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

/** Every part narrows; left out or empty, all count. */
export const auditFilter = z.object({
  /** A whole action, or the domain before its dot. */
  action: z.string().max(200).optional(),
  person: z.string().max(200).optional(),
  /** asked: a command's intent; done: an outcome that is ok; failed: any other outcome; happened: what no command was. */
  outcome: z.enum(['asked', 'done', 'failed', 'happened']).optional(),
  /** The first and the last moment, both ISO 8601 in UTC. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  /** Anywhere in the entry as it is stored, without regard to the case of ASCII letters; a number also finds the entry of that number. */
  text: z.string().max(500).optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

export const searchAuditInput = z.object({
  filter: auditFilter.default({}),
  /** Where the page before this one ended. Default: the newest. */
  before: z.number().int().nullish(),
  limit: z.number().int().min(1).max(500).default(200),
});
/** Newest first. `next`: the `before` of the next page, null at the beginning of the log. A page may be short or empty before that. */
export const auditPage = z.object({ entries: z.array(auditEntry), next: z.number().int().nullable() });
export type AuditPage = z.infer<typeof auditPage>;

export const auditSequenceInput = z.object({ sequence: z.number().int().min(1) });
/** One link with what it hangs on. */
export const auditDetail = z.object({
  entry: auditEntry,
  /** Of the entry before; of the first one what is made of the store's id. */
  previousHash: z.string(),
  /** The canonical JSON that the hash is taken over. */
  text: z.string(),
  /** Whether SHA-256 of the previous hash and the text is the entry's hash. */
  fits: z.boolean(),
  /** The entry that this one's command ended with, or began with. */
  counterpart: auditEntry.nullable(),
});
export type AuditDetail = z.infer<typeof auditDetail>;

/** What can be filtered by, of the newest 20,000 entries; and how far the log reaches. */
export const auditFacets = z.object({ actions: z.array(z.string()), persons: z.array(z.string()) });
export const auditHead = z.object({ sequence: z.number().int(), hash: z.string() });

/** The last time that the log was checked by this process, or found wanting at an unlock. */
export const auditCheck = z.object({ at: z.string(), verdict: auditVerdict });
export type AuditCheck = z.infer<typeof auditCheck>;
/** While it reads, then once with the verdict. */
export const auditCheckEvent = z.discriminatedUnion('state', [
  z.object({ state: z.literal('reading'), done: z.number().int(), total: z.number().int() }),
  z.object({ state: z.literal('done'), check: auditCheck }),
]);
export type AuditCheckEvent = z.infer<typeof auditCheckEvent>;

/** `to`: an existing folder or a new file ending in .jsonl. */
export const exportAuditInput = z.object({
  to: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'A path holds no NUL.'),
});
export const auditExport = z.object({
  path: z.string(),
  entries: z.number().int(),
  head: z.string(),
  sizeBytes: z.number(),
});
export type AuditExport = z.infer<typeof auditExport>;
