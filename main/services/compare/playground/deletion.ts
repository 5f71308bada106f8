import { deletedInPrompts } from '../../../../preload/contract/errors.ts';
import type { ReadHandle, WriteHandle } from '../../../db/store.ts';
import { excerptOf } from '../compare.rules.ts';
import * as queries from './deletion.queries.ts';
import {
  type ConversationRow,
  deleteConversation,
  selectMessage,
  selectNodes,
  updateAnswer,
} from './playground.queries.ts';
import { underWay } from './refusals.ts';

/** Takes an answer that was deleted in Prompts out of the tree, which keeps its shape. Returns whether it was there. One under way is not: it is told anew. */
export function deleteMessage(write: WriteHandle, id: string): boolean {
  const message = selectMessage(write, id);
  if (message?.answer == null || message.answer.state === 'waiting') return false;
  const { system: _, schema: __, ...settings } = message.answer.settings;
  const { model, jobId } = message.answer;
  updateAnswer(write, id, '', {
    state: 'done',
    loadProgress: null,
    model,
    settings,
    tokens: [],
    stats: null,
    context: null,
    error: deletedInPrompts,
    continuedAt: [],
    jobId,
  });
  return true;
}

/** The answers of a branch. CONFLICT when one of them waits while an answer of the conversation is under way: there is but one at a time. */
export function requireSettled(read: ReadHandle, message: string, isBusy: boolean): { id: string }[] {
  const answers = queries.selectBelow(read, message).filter(({ state }) => state !== null);
  if (isBusy && answers.some(({ state }) => state === 'waiting')) throw underWay();
  return answers;
}

/**
 * Takes out a message with all that follows it, and a conversation that has nothing else. Returns the ids of the answers that went.
 * CONFLICT as in `requireSettled`.
 */
export function deleteBranch(
  write: WriteHandle,
  { id, sequence }: Pick<ConversationRow, 'id' | 'sequence'>,
  message: string,
  isBusy: boolean,
): string[] {
  const answers = requireSettled(write, message, isBusy);
  queries.deleteMessage(write, message);
  if (selectNodes(write, sequence).length === 0) deleteConversation(write, id);
  else queries.updateExcerpt(write, sequence, excerptOf([queries.selectFirstTurn(write, sequence)]));
  return answers.map((answer) => answer.id);
}

/** Takes out the turns that have lost all their answers, and a conversation without any. Returns the ids of the turns. */
export function deleteBareTurns(write: WriteHandle, conversation: string): string[] {
  const sequence = queries.selectWithDeleted(write, conversation);
  if (sequence === undefined) return [];
  if (!queries.isAnswered(write, sequence)) {
    deleteConversation(write, conversation);
    return [];
  }
  const turns = queries.emptyBareTurns(write, sequence);
  if (turns.length > 0) queries.updateExcerpt(write, sequence, excerptOf([queries.selectFirstTurn(write, sequence)]));
  return turns;
}
