import type { ChatMessage, ConversationSummary, ConversationTree } from '../../../../preload/contract/playground.ts';
import { Fault } from '../../../base/fault.ts';
import type { ReadHandle } from '../../../db/store.ts';
import * as queries from './playground.queries.ts';
import { chosenPath } from './playground.rules.ts';

/** NOT_FOUND when it was deleted. */
export function requireConversation(read: ReadHandle, id: string): queries.ConversationRow {
  const row = queries.selectConversation(read, id);
  if (row !== undefined) return row;
  throw new Fault('NOT_FOUND', 'This conversation is no longer in the store.', { facts: { conversation: id } });
}

/** NOT_FOUND when it, or its conversation, was deleted. */
export function requireMessage(read: ReadHandle, id: string): ChatMessage {
  const message = queries.selectMessage(read, id);
  if (message !== undefined) return message;
  throw new Fault('NOT_FOUND', 'This message is no longer in the store.', { facts: { message: id } });
}

export function summaryOf(row: queries.ConversationRow): ConversationSummary {
  return {
    id: row.id,
    name: row.name,
    excerpt: row.excerpt,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    messageCount: row.messages,
  };
}

export function treeOf(read: ReadHandle, row: queries.ConversationRow): ConversationTree {
  const nodes = queries.selectShownNodes(read, row.sequence);
  const ids = new Map(nodes.map(({ sequence, id }) => [sequence, id]));
  return {
    ...summaryOf(row),
    nodes: nodes.map(({ id, parent, role }) => ({ id, role, parent: ids.get(parent ?? -1) ?? null })),
    path: chosenPath(nodes, row.chosen).map(({ id }) => id),
  };
}

/** The newest ones whose title or first turn holds all the words, in whatever case. */
export function findConversations(
  read: ReadHandle,
  {
    search,
    before,
    limit,
    model,
  }: { search: string; before?: string | undefined; limit: number; model?: string | undefined },
): ConversationSummary[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const found: ConversationSummary[] = [];
  for (const row of queries.iterateConversations(read, before ?? null, model)) {
    const about = `${row.name ?? ''} ${row.excerpt}`.toLocaleLowerCase();
    if (words.every((word) => about.includes(word))) found.push(summaryOf(row));
    if (found.length >= limit) break;
  }
  return found;
}
