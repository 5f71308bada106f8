import { z } from 'zod';
import { dataset, datasetIdInput, datasetWithItems } from '../../../preload/contract/prompts.ts';
import { query, router } from '../../base/procedure.ts';
import type { Prompts } from './prompts.ts';

/** What can be asked. */
export function createPromptsRouter(prompts: Prompts) {
  return router({
    /** Every data set: name, groups, number of items, SHA-256; without the items. */
    datasets: query.output(z.array(dataset)).query(() => prompts.datasets()),
    /** { id } → the data set with its items. NOT_FOUND. */
    dataset: query
      .input(datasetIdInput)
      .output(datasetWithItems)
      .query(({ input }) => prompts.dataset(input.id)),
  });
}
