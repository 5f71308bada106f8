import { z } from 'zod';
import {
  addModelInput,
  estimateInput,
  memoryEstimate,
  model,
  modelHeader,
  modelIdInput,
} from '../../../preload/contract/models.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Models } from './models.ts';

/** The library of models. */
export function createModelsRouter(models: Models) {
  return router({
    /** The samples, then what was added, oldest first. Announces `models` when a file turns out to be different or gone. */
    list: query.output(z.array(model)).query(() => models.list()),
    /** { path } → Model. The file stays where it is. MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG. */
    add: command
      .meta({ facts: (input: z.input<typeof addModelInput>) => ({ path: input.path }) })
      .input(addModelInput)
      .output(model)
      .mutation(({ input }) => models.add(input.path)),
    /** { id }: off the list; the file stays. NOT_FOUND; CONFLICT for a sample. */
    forget: command
      .meta({ facts: (input: z.input<typeof modelIdInput>) => ({ model: input.id }) })
      .input(modelIdInput)
      .mutation(({ input }) => models.forget(input.id)),
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
export type ModelsRouter = ReturnType<typeof createModelsRouter>;
