import type { WriteHandle } from '../../db/store.ts';
import { deleteComparison, upsertCell } from './compare.queries.ts';
import { deletedCell, excerptOf } from './compare.rules.ts';
import * as queries from './deletion.queries.ts';
import type { RemovedAnswer } from './history.ts';

/**
 * Takes an answer that was deleted in Prompts out of its comparison and out of those that took it over, and with the last answer to a
 * prompt the prompt. `isUnderWay`: such a comparison keeps its prompts until it ends. Returns whether there was anything to take out.
 */
export function deleteAnswer(
  write: WriteHandle,
  removed: RemovedAnswer,
  isUnderWay: (jobId: string | null) => boolean,
): boolean {
  const own = queries.selectPlace(write, removed);
  if (own === undefined) return false;
  for (const place of [own, ...queries.selectCopies(write, removed)]) {
    upsertCell(write, place.comparison, deletedCell(place.prompt, place.model_column));
    if (!isUnderWay(place.job_id)) deletePromptIfBare(write, place.comparison, place.prompt);
  }
  return true;
}

/** When a comparison ends: the prompts that it needed until then although all their answers were deleted. */
export function deleteBarePrompts(write: WriteHandle, comparison: number): void {
  for (const prompt of queries.selectPromptsOfDeleted(write, comparison)) deletePromptIfBare(write, comparison, prompt);
}

function deletePromptIfBare(write: WriteHandle, comparison: number, prompt: number): void {
  if (queries.isAnswered(write, comparison, prompt)) return;
  if (!queries.isAnswered(write, comparison)) {
    deleteComparison(write, comparison);
    return;
  }
  // What never was answered cannot be asked any more.
  const columns = queries.selectColumnCount(write, comparison);
  for (let column = 0; column < columns; column++) upsertCell(write, comparison, deletedCell(prompt, column));
  queries.emptyPrompt(write, comparison, prompt);
  queries.updateExcerpt(write, comparison, excerptOf([queries.selectFirstPrompt(write, comparison)]));
}
