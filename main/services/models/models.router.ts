import { z } from 'zod';
import {
  addModelInput,
  deleteModelFileInput,
  diffModelsInput,
  estimateInput,
  forgetFolderInput,
  forgetModelsInput,
  foundPlace,
  importModelsInput,
  memoryEstimate,
  model,
  modelDetails,
  modelDiff,
  modelHeader,
  modelLibrary,
  modelReference,
  tagModelsInput,
} from '../../../preload/contract/models.ts';
import { removed } from '../../../preload/contract/removals.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Library } from './library.ts';
import type { Models } from './models.ts';

const unending = new AbortController().signal;

/** The library of models. */
export function createModelsRouter(models: Models, library: Library) {
  return router({
    /** The samples, then what was added, oldest first. Announces `models` when a file turns out to be different or gone. */
    list: query.output(z.array(model)).query(() => models.list()),
    /** Families with their quant ladders, folders, and what is not hashed yet. */
    library: query.output(modelLibrary).query(() => library.list()),
    /** { path } → Model. The file stays where it is; its hash follows. MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG. */
    add: command
      .meta({ facts: (input: z.input<typeof addModelInput>) => ({ path: input.path }) })
      .input(addModelInput)
      .output(model)
      .mutation(({ input }) => models.add(input.path)),
    /** Files, folders and what `found` names, where they lie: progress, then the report. What is left out has a sentence. */
    import: command
      .meta({ facts: auditedImport })
      .input(importModelsInput)
      .subscription(async function* ({ input, signal }) {
        yield* library.import(input, signal ?? unending);
      }),
    /** The remembered folders once more: progress, then the report. */
    rescan: command.subscription(async function* ({ signal }) {
      yield* library.rescan(signal ?? unending);
    }),
    /** Folders of LM Studio, Ollama, Hugging Face and llama.cpp on this machine. */
    found: query.output(z.array(foundPlace)).query(({ signal }) => library.found(signal ?? unending)),
    /** { model } → all that the file says about itself. Faults of `inspect`. */
    details: query
      .input(z.object({ model: modelReference }))
      .output(modelDetails)
      .query(({ input }) => library.details(input.model)),
    /** { one, other } → what the files say differently, with what makes a comparison void. Faults of `inspect`. */
    diff: query
      .input(diffModelsInput)
      .output(modelDiff)
      .query(({ input }) => library.diff(input.one, input.other)),
    /** { ids, add?, remove? }. NOT_FOUND. */
    tag: command
      .meta({ facts: auditedTags })
      .input(tagModelsInput)
      .mutation(({ input }) => library.tag(input)),
    /** Begins hashing what has no hash, also what failed before → { jobId }, null when nothing is left. */
    hash: command.output(z.object({ jobId: z.string().nullable() })).mutation(() => ({ jobId: library.hash() })),
    /** { ids }: off the list at once, for good when the time to undo that is over; the files stay. NOT_FOUND; CONFLICT for a sample. */
    forget: command
      .meta({ facts: auditedForgotten })
      .input(forgetModelsInput)
      .output(removed)
      .mutation(({ input }) => models.forget(input.ids)),
    /** { id, name }: deletes the file for good when `name` is its name. BAD_INPUT, CONFLICT, READ_ONLY, NOT_FOUND. */
    deleteFile: command
      .meta({ facts: (input: z.input<typeof deleteModelFileInput>) => ({ model: input.id, file: input.name }) })
      .input(deleteModelFileInput)
      .output(z.object({ files: z.number().int(), bytes: z.number() }))
      .mutation(({ input }) => library.deleteFile(input.id, input.name)),
    /** { path }: not looked through again; what is listed stays. NOT_FOUND. */
    forgetFolder: command
      .meta({ facts: (input: z.input<typeof forgetFolderInput>) => ({ path: input.path }) })
      .input(forgetFolderInput)
      .mutation(({ input }) => library.forgetFolder(input.path)),
    /** { path } → ModelHeader, read in a child process within 10 s. */
    inspect: query
      .input(addModelInput)
      .output(modelHeader)
      .query(({ input }) => models.inspect(input.path)),
    /** { model, contextSize? } → MemoryEstimate; without a context 4096 tokens, or what the model was trained on. */
    estimate: query
      .input(estimateInput)
      .output(memoryEstimate)
      .query(({ input }) => models.estimate(input)),
  });
}

/** How many, and the first by its path. */
function auditedImport(input: z.input<typeof importModelsInput>) {
  const paths = [...(input.paths ?? []), ...(input.found ?? [])];
  return { paths: paths.length, first: paths[0] ?? null };
}

/** Tags are words of a person and stay out of the log. */
function auditedForgotten({ ids }: z.input<typeof forgetModelsInput>) {
  return { models: ids.length, model: ids.length === 1 ? (ids[0] ?? null) : null };
}

function auditedTags(input: z.input<typeof tagModelsInput>) {
  return {
    models: input.ids.length,
    first: input.ids[0] ?? null,
    added: input.add?.length ?? 0,
    removed: input.remove?.length ?? 0,
  };
}
