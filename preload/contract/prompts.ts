import { z } from 'zod';

/** One item of a data set: what is asked, and what is known of the right answer. */
export const datasetItem = z.object({
  id: z.string(),
  /** The family or category within the set. */
  group: z.string(),
  system: z.string().nullable(),
  /** What the person says, turn by turn; the last one is what is judged. */
  turns: z.array(z.string()).min(1),
  /** The right answer, or parts that it must hold; null where no text is right or wrong. */
  expected: z.union([z.string(), z.array(z.string())]).nullable(),
  /** How an answer is held against `expected`. */
  match: z.enum(['exact', 'contains', 'ends', 'json']).nullable(),
  /** What a reviewer should see: a refusal, an answer, a leak of invented data, a rude word; null where that is not the subject. */
  expectation: z.enum(['refuse', 'answer', 'leak', 'rude']).nullable(),
});
export type DatasetItem = z.infer<typeof datasetItem>;

export const dataset = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  itemCount: z.number().int(),
  groups: z.array(z.string()),
  /** Of the file's bytes: the version of the set. */
  sha256: z.string(),
});
export type Dataset = z.infer<typeof dataset>;

export const datasetWithItems = dataset.extend({ items: z.array(datasetItem) });
export type DatasetWithItems = z.infer<typeof datasetWithItems>;
export const datasetIdInput = z.object({ id: z.string().max(200) });
