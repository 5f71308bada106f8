import { z } from 'zod';
import {
  depthBand,
  depthInput,
  divergenceIdInput,
  divergenceInput,
  divergenceRun,
  divergenceSummary,
  exportDivergenceInput,
  exportedDivergence,
  histogramInput,
  inspectPositionInput,
  kldHistogram,
  labAvailability,
  listDivergencesInput,
  modelMeasurement,
  renameDivergenceInput,
  startedDivergence,
  stripInput,
  stripToken,
  tokenStrip,
  worstInput,
} from '../../../preload/contract/divergence.ts';
import { modelUse } from '../../../preload/contract/models.ts';
import { removed } from '../../../preload/contract/removals.ts';
import { command, query, router } from '../../base/procedure.ts';
import { auditedStart } from './audited.rules.ts';
import type { Divergence } from './divergence.ts';

/** What quantizations cost, measured on a text. */
export function createDivergenceRouter(divergence: Divergence) {
  return router({
    /** Whether this installation can measure; else what is missing and what to install. */
    availability: query.output(labAvailability).query(() => divergence.availability()),
    /** Begins a run; it goes on as a job. BAD_INPUT; NOT_FOUND of a data set; ENGINE_UNAVAILABLE. */
    start: command
      .meta({ facts: auditedStart })
      .input(divergenceInput)
      .output(startedDivergence)
      .mutation(({ input }) => divergence.start(input)),
    /** Every number, as far as the run has come; `divergence` is announced once a second while it grows. NOT_FOUND. */
    get: query
      .input(divergenceIdInput)
      .output(divergenceRun)
      .query(({ input }) => divergence.get(input.id)),
    /** Newest first, a page at a time. */
    list: query
      .input(listDivergencesInput)
      .output(z.array(divergenceSummary))
      .query(({ input }) => divergence.list(input)),
    /** In how many runs each model takes part. */
    uses: query.output(z.array(modelUse)).query(() => divergence.uses()),
    /** The last that was measured of each file, for lists of models. */
    measurements: query.output(z.array(modelMeasurement)).query(() => divergence.measurements()),
    /** NOT_FOUND. */
    histogram: query
      .input(histogramInput)
      .output(kldHistogram)
      .query(({ input }) => divergence.histogram(input.id, input.candidate, input.bins)),
    /** Divergence by the depth of the context. NOT_FOUND. */
    depth: query
      .input(depthInput)
      .output(z.array(depthBand))
      .query(({ input }) => divergence.depth(input.id, input.candidate, input.bands)),
    /** A page of the scored tokens of a candidate. NOT_FOUND. */
    tokens: query
      .input(stripInput)
      .output(tokenStrip)
      .query(({ input }) => divergence.tokens(input.id, input)),
    /** The tokens with the largest KLD, worst first. NOT_FOUND. */
    worst: query
      .input(worstInput)
      .output(z.array(stripToken))
      .query(({ input }) => divergence.worst(input.id, input.candidate, input.share)),
    /** Loading, then both models at one position; the pair stays loaded for a minute. NOT_FOUND; CONFLICT without a reference model. */
    inspect: query.input(inspectPositionInput).subscription(async function* ({ input, signal }) {
      yield* divergence.inspect(input, signal ?? new AbortController().signal);
    }),
    /** Saves it under a name, or with null takes the name away. NOT_FOUND. */
    rename: command
      .meta({
        facts: (input: z.input<typeof renameDivergenceInput>) => ({ run: input.id, named: input.name !== null }),
      })
      .input(renameDivergenceInput)
      .mutation(({ input }) => divergence.rename(input.id, input.name)),
    /** Hides it at once, deletes it for good when the time to undo that is over. NOT_FOUND; CONFLICT while it runs. */
    remove: command
      .meta({ facts: (input: z.input<typeof divergenceIdInput>) => ({ run: input.id }) })
      .input(divergenceIdInput)
      .output(removed)
      .mutation(({ input }) => divergence.remove(input.id)),
    /** Everything of it as one text; a command, because it leaves the store in clear. NOT_FOUND; CONFLICT before its first chunk. */
    export: command
      .meta({ facts: (input: z.input<typeof exportDivergenceInput>) => ({ run: input.id, format: input.format }) })
      .input(exportDivergenceInput)
      .output(exportedDivergence)
      .mutation(({ input }) => divergence.export(input.id, input.format)),
  });
}
