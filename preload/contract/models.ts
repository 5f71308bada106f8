import { z } from 'zod';

/** A model as people name it: the id of a known model, `sample`, `sample:Q4_K_M`, or the path of a GGUF file. */
export const modelReference = z.string().min(1).max(4096);
/** The form of an id that the library gives: one that is not listed was taken off the list, and is never meant as a path. */
export const libraryId = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** What the header of a GGUF file says, read in a child process with a watchdog. */
export const modelHeader = z.object({
  architecture: z.string(),
  name: z.string().nullable(),
  /** As llama.cpp names it: F16, Q4_K_M, …; `unknown` when the file does not say. */
  quantization: z.string(),
  parameters: z.number().int().nonnegative(),
  /** File bits divided by parameters. */
  bitsPerWeight: z.number().nullable(),
  contextLength: z.number().int(),
  layers: z.number().int(),
  embeddingLength: z.number().int(),
  vocabularySize: z.number().int(),
  tokenizer: z.string().nullable(),
  /** Its first 4096 characters; the engine reads all of it from the file. */
  chatTemplate: z.string().nullable(),
  license: z.string().nullable(),
  author: z.string().nullable(),
});
export type ModelHeader = z.infer<typeof modelHeader>;

export const model = z.object({
  id: z.string(),
  path: z.string(),
  /** What to show: the general.name of the header, else the file name. */
  name: z.string(),
  sizeBytes: z.number(),
  /** The embedded sample model and its quantizations. */
  sample: z.boolean(),
  addedAt: z.string(),
  /** Null when the file could not be read; `problem` then says why. */
  header: modelHeader.nullable(),
  problem: z.string().nullable(),
});
export type Model = z.infer<typeof model>;

/** True where the header says that the file has none; false where it has one or cannot be read. */
export function lacksChatTemplate({ header }: Pick<Model, 'header'>): boolean {
  return header !== null && (header.chatTemplate ?? '').trim() === '';
}

/** The sentence on a file without one; `what` begins it. */
export function noChatTemplate(what: string): string {
  return `${what} has no chat template: messages are set with plain role names.`;
}

/** Which file lay under a model's path. */
export const fileVersion = z.object({
  /** Size, time and number of the file, by which it is known again without reading it. */
  mark: z.string(),
  /** Null while it is not known. */
  sha256: z.string().nullable(),
});
export type FileVersion = z.infer<typeof fileVersion>;

/** In how many comparisons, conversations, runs or tests a model takes part, by its id; each domain counts its own. */
export const modelUse = z.object({ model: z.string(), count: z.number().int() });
export type ModelUse = z.infer<typeof modelUse>;

export const addModelInput = z.object({ path: z.string().min(1).max(4096) });
export const modelIdInput = z.object({ id: z.string() });
export const forgetModelsInput = z.object({ ids: z.array(z.string().max(200)).min(1).max(10_000) });

/** Main memory that models may still take, in bytes. */
export const roomForModels = z.object({
  availableBytes: z.number(),
  /** True: it is what the settings allow ("Most memory for models"), and more is free. */
  isLimited: z.boolean(),
});
export type RoomForModels = z.infer<typeof roomForModels>;

/** Memory in bytes that a model with this context would take, and what there is. */
export const memoryEstimate = z.object({
  weightsBytes: z.number(),
  contextBytes: z.number(),
  totalBytes: z.number(),
  ...roomForModels.shape,
  fits: z.boolean(),
  /** The largest context (tokens) that fits, 0 when not even the weights do. */
  largestContext: z.number().int(),
  /** How the numbers were come by, in words. */
  method: z.string(),
});
export type MemoryEstimate = z.infer<typeof memoryEstimate>;
export const estimateInput = z.object({
  model: modelReference,
  contextSize: z.number().int().min(16).max(10_000_000).optional(),
});

const path = z.string().min(1).max(4096);
const sha256 = z.string();

/** What may differ between two files of a family and makes their comparison void. */
export const parity = z.enum(['chat template', 'special tokens', 'vocabulary']);
export type Parity = z.infer<typeof parity>;

/** A rung of a quant ladder: one model file, or the files of a model that was split. */
export const variant = z.object({
  id: z.string(),
  path: z.string(),
  fileName: z.string(),
  name: z.string(),
  /** The program in whose folder it was found, and what it is called there. */
  source: z.string().nullable(),
  label: z.string().nullable(),
  sample: z.boolean(),
  addedAt: z.string(),
  /** Of all its files. */
  sizeBytes: z.number(),
  parts: z.number().int(),
  /** Null: the header could not be read; `problem` says why. */
  quantization: z.string().nullable(),
  bitsPerWeight: z.number().nullable(),
  parameters: z.number().nullable(),
  contextLength: z.number().int().nullable(),
  architecture: z.string().nullable(),
  /** `missing`: there is no file under its path any more. */
  state: z.enum(['ready', 'missing', 'unreadable']),
  problem: z.string().nullable(),
  /** Things to know, as sentences, e.g. that the file was replaced by another. */
  notes: z.array(z.string()),
  /** In which it differs from most of its family. */
  differs: z.array(parity),
  /** Of a split model the SHA-256 of its parts' hashes, one a line; null until they are read. */
  sha256: sha256.nullable(),
  /** Why there is no hash, when reading failed. */
  hashProblem: z.string().nullable(),
  /** Ids of models with the same content. */
  duplicates: z.array(z.string()),
  tags: z.array(z.string()),
  /** With the usual context of 4096 tokens, or as many as the model was trained on. */
  memory: z.object({ totalBytes: z.number(), contextSize: z.number().int(), fits: z.boolean() }).nullable(),
});
export type Variant = z.infer<typeof variant>;

/** Files of one model: its quant ladder, most bits a weight first. */
export const modelFamily = z.object({
  /** The same as long as the files say the same of themselves. */
  key: z.string(),
  name: z.string(),
  architecture: z.string().nullable(),
  /** Of the largest variant. */
  parameters: z.number().nullable(),
  /** What it was made from, as its files say. */
  baseModels: z.array(z.string()),
  /** What not all of its files share. */
  differs: z.array(parity),
  variants: z.array(variant),
});
export type ModelFamily = z.infer<typeof modelFamily>;

export const modelLibrary = z.object({
  families: z.array(modelFamily),
  ...roomForModels.shape,
  /** Folders that are looked through again by `rescan`. */
  folders: z.array(z.string()),
  /** Files without a hash yet, and the job that reads them; null when none is queued or runs. */
  unhashed: z.object({ files: z.number().int(), bytes: z.number(), jobId: z.string().nullable() }),
});
export type ModelLibrary = z.infer<typeof modelLibrary>;

export const importModelsInput = z.object({
  /** Files and folders; folders with all that lies in them. */
  paths: z.array(path).max(1000).default([]),
  /** Folders of other programs, as `found` names them. */
  found: z.array(path).max(100).default([]),
});

export const importReport = z.object({
  /** Ids. */
  added: z.array(z.string()),
  known: z.array(z.string()),
  /** Known models whose file lies elsewhere now. */
  moved: z.array(z.object({ id: z.string(), from: z.string(), to: z.string() })),
  /** What was left out, each with a sentence that says why. */
  left: z.array(z.object({ path: z.string(), message: z.string() })),
  /** Of the hashing that follows; null when every file is hashed. */
  jobId: z.string().nullable(),
});
export type ImportReport = z.infer<typeof importReport>;

/** What `models.import` sends: how far it is, at most some times a second, and last the report. */
export const importEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    /** Model files found so far, and how many of them are read. */
    found: z.number().int(),
    read: z.number().int(),
    /** False once all folders were looked through. */
    looking: z.boolean(),
  }),
  z.object({ type: z.literal('done'), report: importReport }),
]);
export type ImportEvent = z.infer<typeof importEvent>;

/** A folder where another program keeps models. */
export const foundPlace = z.object({
  /** LM Studio, Ollama, Hugging Face, llama.cpp. */
  program: z.string(),
  folder: z.string(),
  models: z.array(z.object({ path: z.string(), name: z.string(), sizeBytes: z.number(), inLibrary: z.boolean() })),
  /** What could not be read there, as sentences. */
  problems: z.array(z.string()),
});
export type FoundPlace = z.infer<typeof foundPlace>;

export const modelDetails = z.object({
  variant,
  header: modelHeader,
  metadata: z.array(
    z.object({ key: z.string(), type: z.string(), value: z.string(), length: z.number().int().nullable() }),
  ),
  /** Up to 200,000 characters. */
  template: z.string().nullable(),
  /** The template on an example conversation; null without a template. */
  example: z.union([z.object({ text: z.string() }), z.object({ problem: z.string() })]).nullable(),
  specialTokens: z.array(z.object({ role: z.string(), id: z.number().int(), text: z.string().nullable() })),
  tensorTypes: z.array(z.object({ type: z.string(), tensors: z.number().int(), bytes: z.number() })),
  hashes: z.object({
    template: sha256.nullable(),
    specialTokens: sha256,
    vocabulary: sha256,
    files: z.array(z.object({ path: z.string(), sizeBytes: z.number(), sha256: sha256.nullable() })),
  }),
  origin: z.object({
    organization: z.string().nullable(),
    quantizedBy: z.string().nullable(),
    baseModels: z.array(z.string()),
    /** The importance matrix that llama-quantize noted. */
    imatrix: z
      .object({ file: z.string().nullable(), dataset: z.string().nullable(), chunks: z.number().nullable() })
      .nullable(),
  }),
  memory: memoryEstimate,
});
export type ModelDetails = z.infer<typeof modelDetails>;

export const diffModelsInput = z.object({ one: modelReference, other: modelReference });
const side = z.object({ reference: modelReference, name: z.string(), quantization: z.string(), path: z.string() });
/** What two files say differently of themselves. `warnings` first: each makes a comparison of the two void. */
export const modelDiff = z.object({
  one: side,
  other: side,
  warnings: z.array(z.object({ kind: parity, message: z.string() })),
  /** Keys whose values differ, or that one of them has; those of the quantization itself stand last. */
  metadata: z.array(z.object({ key: z.string(), one: z.string().nullable(), other: z.string().nullable() })),
  templates: z.object({ one: z.string().nullable(), other: z.string().nullable(), same: z.boolean() }),
  specialTokens: z.array(z.object({ role: z.string(), one: z.string().nullable(), other: z.string().nullable() })),
  vocabulary: z.object({
    same: z.boolean(),
    sizes: z.tuple([z.number().int(), z.number().int()]),
    /** Ids with another token; null when the vocabularies are the same or were not compared token by token. */
    different: z.number().int().nullable(),
    examples: z.array(z.object({ id: z.number().int(), one: z.string().nullable(), other: z.string().nullable() })),
  }),
  tensors: z.object({
    /** Tensors of the same name and shape, by how they are stored in each. */
    types: z.array(z.object({ one: z.string(), other: z.string(), tensors: z.number().int() })),
    /** Names that only one of them has, or with another shape; the first twenty. */
    unlike: z.array(z.string()),
  }),
});
export type ModelDiff = z.infer<typeof modelDiff>;

const tagText = z.string().trim().min(1).max(50);
export const tagModelsInput = z.object({
  ids: z.array(z.string()).min(1).max(1000),
  add: z.array(tagText).max(50).default([]),
  remove: z.array(tagText).max(50).default([]),
});
/** `name`: the file's name, typed by the person, as the proof that this file is meant. */
export const deleteModelFileInput = z.object({ id: z.string(), name: z.string().max(4096) });
export const forgetFolderInput = z.object({ path });
