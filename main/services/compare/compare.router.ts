import { z } from 'zod';
import {
  comparison,
  comparisonIdInput,
  comparisonInput,
  comparisonSummary,
  comparisonViewInput,
  exportComparisonInput,
  exportedText,
  listComparisonsInput,
  renameComparisonInput,
  startedComparison,
} from '../../../preload/contract/compare.ts';
import { modelUse } from '../../../preload/contract/models.ts';
import { removed } from '../../../preload/contract/removals.ts';
import { command, query, router } from '../../base/procedure.ts';
import { auditedStart } from './audited.rules.ts';
import type { Compare } from './compare.ts';

/** Answers of up to eight models side by side. */
export function createCompareRouter(compare: Compare) {
  return router({
    /** Begins a comparison; it goes on as a job. BAD_INPUT; NOT_FOUND of what is pinned. */
    start: command
      .meta({ facts: auditedStart })
      .input(comparisonInput)
      .output(startedComparison)
      .mutation(({ input }) => compare.start(input)),
    /** A snapshot, then what changes (at most one message a frame and cell), then `ended`. NOT_FOUND. */
    watch: query.input(comparisonViewInput).subscription(async function* ({ input, signal }) {
      yield* compare.watch(input, signal ?? new AbortController().signal);
    }),
    /** NOT_FOUND. */
    get: query
      .input(comparisonViewInput)
      .output(comparison)
      .query(({ input }) => compare.get(input)),
    /** Newest first, a page at a time. */
    list: query
      .input(listComparisonsInput)
      .output(z.array(comparisonSummary))
      .query(({ input }) => compare.list(input)),
    /** In how many comparisons each model has a column. */
    uses: query.output(z.array(modelUse)).query(() => compare.uses()),
    /** Saves it under a name, or with null takes the name away. NOT_FOUND. */
    rename: command
      .meta({
        facts: (input: z.input<typeof renameComparisonInput>) => ({ comparison: input.id, named: input.name !== null }),
      })
      .input(renameComparisonInput)
      .mutation(({ input }) => compare.rename(input.id, input.name)),
    /** Hides it at once, deletes it for good when the time to undo that is over. NOT_FOUND; CONFLICT while it runs. */
    remove: command
      .meta({ facts: (input: z.input<typeof comparisonIdInput>) => ({ comparison: input.id }) })
      .input(comparisonIdInput)
      .output(removed)
      .mutation(({ input }) => compare.remove(input.id)),
    /** Everything of it as one text; a command, because it leaves the store in clear. NOT_FOUND. */
    export: command
      .meta({
        facts: (input: z.input<typeof exportComparisonInput>) => ({ comparison: input.id, format: input.format }),
      })
      .input(exportComparisonInput)
      .output(exportedText)
      .mutation(({ input }) => compare.export(input.id, input.format, input)),
  });
}
