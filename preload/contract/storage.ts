import { z } from 'zod';

/** What of Assay's lies on the disk. */
export const storageKind = z.enum(['store', 'models', 'base files', 'backups', 'left over']);
export type StorageKind = z.infer<typeof storageKind>;

export const storageItem = z.object({
  /** Stable while the thing lies there; what `remove` takes. */
  id: z.string(),
  kind: storageKind,
  /** What it is, in words. */
  name: z.string(),
  path: z.string(),
  sizeBytes: z.number(),
  modifiedAt: z.string().nullable(),
  /** Whether it can go from here. */
  removable: z.boolean(),
  /** It cannot be told whether it is what Assay wrote: it goes by `removeByName` alone, which asks for its name. */
  byName: z.literal(true).optional(),
  /** What its going would mean, or why it cannot go. */
  about: z.string(),
});
export type StorageItem = z.infer<typeof storageItem>;

export const storageUsed = z.object({
  /** The data folder; null for a store that is not kept. */
  folder: z.string().nullable(),
  items: z.array(storageItem),
  totalBytes: z.number(),
  /** What would be free if everything removable went. */
  removableBytes: z.number(),
  /** Room left on the disk of the data folder; null when the system does not say. */
  freeBytes: z.number().nullable(),
});
export type StorageUsed = z.infer<typeof storageUsed>;

export const removeStorageInput = z.object({ ids: z.array(z.string().max(4200)).min(1).max(10_000) });
export const removeStorageByNameInput = z.object({ id: z.string().max(4200), name: z.string().max(4200) });
export const removedStorage = z.object({
  count: z.number().int(),
  freedBytes: z.number(),
  /** What stayed, with the reason. */
  kept: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type RemovedStorage = z.infer<typeof removedStorage>;
