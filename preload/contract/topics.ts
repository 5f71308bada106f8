import { z } from 'zod';

/** What can change. An event says only that it did; the client then asks again for what it shows. */
export const topic = z.enum([
  'vault',
  'jobs',
  'models',
  'engine',
  'compare',
  'audit',
  'prompts',
  'divergence',
  'quantize',
  'blind',
  'playground',
  'network',
  'downloads',
  'storage',
  'backups',
]);
export type Topic = z.infer<typeof topic>;

/** `version` grows by one with each change of the topic since the host started. */
export const change = z.object({ topic, version: z.number().int() });
export type Change = z.infer<typeof change>;
