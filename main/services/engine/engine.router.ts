import type { z } from 'zod';
import { backends, engineSettings, engineStatus } from '../../../preload/contract/engine.ts';
import { modelIdInput } from '../../../preload/contract/models.ts';
import { command, query, router } from '../../base/procedure.ts';
import { changedSettings } from './engine.queries.ts';
import { auditedSettings } from './engine.rules.ts';
import type { Engine } from './engine.ts';

/** The engine: settings, what is loaded, what this machine offers. */
export function createEngineRouter(engine: Engine) {
  return router({
    /** → EngineStatus. */
    status: query.output(engineStatus).query(() => engine.status()),
    /** → Backends. The first call starts the search for them, which announces `engine` with what it finds. */
    backends: query.output(backends).query(() => engine.backends()),
    /** Any of the settings → all of them. BAD_INPUT for more threads than physical cores. */
    updateSettings: command
      .meta({ facts: auditedSettings })
      .input(changedSettings)
      .output(engineSettings)
      .mutation(({ input }) => engine.updateSettings(input)),
    /** { id } of a model: ends its engine process. NOT_FOUND when it is not loaded. */
    unload: command
      .meta({ facts: (input: z.input<typeof modelIdInput>) => ({ model: input.id }) })
      .input(modelIdInput)
      .mutation(({ input }) => engine.unload(input.id)),
  });
}
