import { z } from 'zod';

/** What runs here: for the screen of that name and for who writes about a fault. No secret, no name of a person. */
export const about = z.object({
  /** Of Assay. */
  version: z.string(),
  /** SPDX name of Assay's own. */
  licence: z.string(),
  engine: z.object({ llamaCpp: z.string(), nodeLlamaCpp: z.string() }),
  database: z.object({ sqlite: z.string(), cipher: z.string() }),
  /** Node of the host. */
  node: z.string(),
  system: z.object({ name: z.string(), release: z.string(), architecture: z.string() }),
  /** Where the notices of others' software lie; null: this installation has none. */
  noticesFile: z.string().nullable(),
});
export type About = z.infer<typeof about>;

/** The text of the notices. */
export const notices = z.object({ text: z.string() });
