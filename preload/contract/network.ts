import { z } from 'zod';

const webAddress = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine((text) => !/[?#]/.test(text), 'An address without ? and #.');

export const networkSettings = z.object({
  /** Off until a person turns it on: nothing but loopback is connected to. */
  enabled: z.boolean(),
  /** In the place of the Hugging Face hub: the base address of a mirror. Null: none. */
  mirror: webAddress.nullable(),
  /** An HTTP proxy that is asked to CONNECT, as http://proxy.example:3128; may hold a name and a password. Null: none. */
  proxy: webAddress.nullable(),
});
export type NetworkSettings = z.infer<typeof networkSettings>;
export const changeNetworkSettingsInput = networkSettings.partial();

/** One attempt to connect, also one that was refused here. */
export const connectionAttempt = z.object({
  id: z.number().int(),
  at: z.string(),
  /** What for, in words. */
  purpose: z.string(),
  host: z.string(),
  port: z.number().int(),
  /** Without what stood behind ?, which may hold a signature. */
  path: z.string(),
  /** Host and port of the proxy that was asked; null: connected directly. */
  proxy: z.string().nullable(),
  /** under way: neither ended nor failed yet, or cut off by the end of Assay. */
  outcome: z.enum(['under way', 'refused', 'failed', 'answered']),
  /** Why it was refused or failed. */
  reason: z.string().nullable(),
  status: z.number().int().nullable(),
  receivedBytes: z.number().int(),
  endedAt: z.string().nullable(),
});
export type ConnectionAttempt = z.infer<typeof connectionAttempt>;

/** Newest first; `before`: the id of the last one that is known. `outcome` and `text` (host, path, purpose) narrow. */
export const listConnectionsInput = z.object({
  outcome: connectionAttempt.shape.outcome.optional(),
  text: z.string().max(200).optional(),
  before: z.number().int().nullable().default(null),
  limit: z.number().int().min(1).max(500).default(100),
});

/** Attempts that the ledger keeps; older ones make room. */
export const keptAttempts = 20_000;

/** What the badge says. */
export const networkSummary = z.object({
  enabled: z.boolean(),
  /** Attempts that left this machine's Assay since it was started: under way, failed or answered. */
  connections: z.number().int(),
  /** Attempts that were refused here since then. */
  refused: z.number().int(),
  /** Attempts in the ledger, of whatever time; `keptAttempts` at most. */
  recorded: z.number().int(),
  /** When this Assay was started. */
  since: z.string(),
});
export type NetworkSummary = z.infer<typeof networkSummary>;
