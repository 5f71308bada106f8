import { z } from 'zod';

/** Owner and name of a repository on the hub. */
export const repositoryName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/, 'A repository is named OWNER/NAME.')
  .refine((name) => !name.includes('..'), 'A repository is named OWNER/NAME.');

/** A model that is proposed: well known, small, and free to use. What the hub says of it counts, not this. */
export const catalogueEntry = z.object({
  repository: repositoryName,
  name: z.string(),
  /** What makes it worth a look. */
  about: z.string(),
  parameters: z.number(),
  /** SPDX. */
  licence: z.string(),
  /** Its files that make a ladder to compare. `about` bytes; the hub tells them exactly. */
  files: z.array(
    z.object({
      file: z.string(),
      quantization: z.string(),
      aboutBytes: z.number(),
      /** Only where it is known for certain; it then counts beside the hub's. */
      sha256: z.string().nullable(),
    }),
  ),
});
export type CatalogueEntry = z.infer<typeof catalogueEntry>;

/** A model file of a repository, or all parts of one that was split. */
export const repositoryFile = z.object({
  /** Path in the repository; of a split one that of its first part. */
  file: z.string(),
  sizeBytes: z.number().int(),
  parts: z.number().int(),
  /** As the library lists it, so of a split one that of its parts; null: the hub names none, so it cannot be checked and is not downloaded. */
  sha256: z.string().nullable(),
  /** Where it would come to lie, and whether another file lies there, as far as that is told without reading it. */
  path: z.string(),
  taken: z.boolean(),
  /** What of it came with an earlier download: it goes on from there. */
  keptBytes: z.number().int(),
});

export const repository = z.object({
  repository: repositoryName,
  /** The commit that was looked at; what is downloaded comes from it, whatever is pushed later. */
  revision: z.string(),
  /** As its owner declares it; null: it declares none. */
  licence: z.string().nullable(),
  /** Where the whole text of the licence and the model card are. */
  page: z.string(),
  /** True: the hub gives it only to those who agreed to its terms there. */
  gated: z.boolean(),
  files: z.array(repositoryFile),
  /** Where files would go, and how much room there is. */
  folder: z.string(),
  freeBytes: z.number(),
  lookedAt: z.string(),
});
export type Repository = z.infer<typeof repository>;
export const lookInput = z.object({ repository: repositoryName });

export const startDownloadInput = z.object({
  repository: repositoryName,
  /** As `look` gave it. */
  revision: z.string().regex(/^[0-9a-f]{40}$/),
  file: z.string().min(1).max(1024),
  /** The licence that was shown and accepted, word for word what `look` gave: null when none was declared. */
  acceptedLicence: z.string().max(200).nullable(),
  /** True: into a folder of its revision, so that another file of its name stays where it is. */
  beside: z.boolean().optional(),
});
export type StartDownloadInput = z.infer<typeof startDownloadInput>;
export const startedDownload = z.object({ jobId: z.string() });

/** A file that was downloaded, checked and put in its place. */
export const download = z.object({
  id: z.string(),
  at: z.string(),
  repository: z.string(),
  revision: z.string(),
  file: z.string(),
  path: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  licence: z.string().nullable(),
  /** Host that was asked: the hub or the mirror. */
  host: z.string(),
});
export type Download = z.infer<typeof download>;
