import { z } from 'zod';
import {
  annotateInput,
  bringBackInput,
  dataset,
  datasetIdInput,
  datasetWithItems,
  exportedHistory,
  exportHistoryInput,
  historyCount,
  historyDetail,
  historyFacets,
  historyFilter,
  historyGetInput,
  historyListInput,
  historyPage,
  importInput,
  importResult,
  removedHistory,
  removeHistoryInput,
  retention,
  retentionPreview,
  savedIdInput,
  savedPrompt,
  savedVersion,
  savePromptInput,
} from '../../../preload/contract/prompts.ts';
import { removed } from '../../../preload/contract/removals.ts';
import { command, query, router } from '../../base/procedure.ts';
import * as audited from './audited.rules.ts';
import type { Prompts } from './prompts.ts';

/** What was asked and what can be asked. */
export function createPromptsRouter({ history, removal, saved, ...prompts }: Prompts) {
  return router({
    /** A page of generations, sorted and filtered. */
    list: query
      .input(historyListInput)
      .output(historyPage)
      .query(({ input }) => history.list(input)),
    /** How many the filter finds; counting stops at 10,000. */
    count: query
      .input(historyFilter)
      .output(historyCount)
      .query(({ input }) => history.count(input)),
    /** One generation, whole. NOT_FOUND. */
    get: query
      .input(historyGetInput)
      .output(historyDetail)
      .query(({ input }) => history.get(input.id, input.search)),
    /** What can be filtered by: models, tags, the range of time. */
    facets: query.output(historyFacets).query(() => history.facets()),
    /** Notes and tags. Those who review may write them, too. */
    annotate: command
      .meta({ facts: audited.annotated, roles: ['owner', 'engineer', 'reviewer'] })
      .input(annotateInput)
      .mutation(async ({ input }) => void (await history.annotate(input))),
    /** Hides at once, deletes for good when the time to undo is over. */
    remove: command
      .meta({ facts: audited.removed })
      .input(removeHistoryInput)
      .output(removedHistory)
      .mutation(({ input }) => removal.remove(input)),
    /** Takes a deletion back. CONFLICT when it is too late. */
    bringBack: command.input(bringBackInput).mutation(({ input }) => removal.bringBack(input.token)),
    /** The rule by which old entries go. */
    retention: query.output(retention).query(() => removal.retention()),
    /** How many entries a rule would delete today. */
    previewRetention: query
      .input(retention)
      .output(retentionPreview)
      .query(({ input }) => removal.preview(input)),
    /** Sets the rule and applies it at once; then at each unlock and once a day. */
    setRetention: command
      .meta({ facts: (input: z.input<typeof retention>) => ({ ...input }), roles: ['owner'] })
      .input(retention)
      .mutation(({ input }) => removal.setRetention(input)),
    /** A part of an export; a command, because it leaves the store in clear. */
    export: command
      .meta({ facts: audited.exported })
      .input(exportHistoryInput)
      .output(exportedHistory)
      .mutation(({ input, ctx }) => prompts.export(input, ctx.identity)),
    /** Chats of LM Studio, Jan, Open WebUI and llama.cpp's web UI. BAD_INPUT, NOT_FOUND, TOO_LARGE. */
    import: command
      .meta({ facts: audited.imported })
      .input(importInput)
      .output(importResult)
      .mutation(({ input, ctx }) => prompts.import(input, ctx.identity)),
    /** Saved prompts by name, each with its newest version. */
    saved: query.output(z.array(savedPrompt)).query(() => saved.list()),
    /** The versions of a saved prompt, newest first. NOT_FOUND. */
    versions: query
      .input(savedIdInput)
      .output(z.array(savedVersion))
      .query(({ input }) => saved.versions(input.id)),
    /** A new saved prompt, or a new version of one. NOT_FOUND. */
    save: command
      .meta({ facts: (input: z.input<typeof savePromptInput>) => ({ prompt: input.id ?? null }) })
      .input(savePromptInput)
      .output(savedPrompt)
      .mutation(({ input }) => saved.save(input)),
    /** Hides a saved prompt at once, deletes it with its versions when the time to undo that is over. NOT_FOUND. */
    removeSaved: command
      .meta({ facts: (input: z.input<typeof savedIdInput>) => ({ prompt: input.id }) })
      .input(savedIdInput)
      .output(removed)
      .mutation(({ input }) => saved.remove(input.id)),
    /** Every data set: name, groups, number of items, SHA-256; without the items. */
    datasets: query.output(z.array(dataset)).query(() => prompts.datasets()),
    /** { id } → the data set with its items. NOT_FOUND. */
    dataset: query
      .input(datasetIdInput)
      .output(datasetWithItems)
      .query(({ input }) => prompts.dataset(input.id)),
  });
}
