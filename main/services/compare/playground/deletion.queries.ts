import type { ReadHandle, WriteHandle } from '../../../db/store.ts';

const isDeleted = "json_extract(error_json, '$.facts.deleted') IS NOT NULL";
const isSaid = "(text <> '' OR state IN ('waiting', 'failed', 'cancelled') OR (state = 'done' AND error_json IS NULL))";

/** Its sequence, when an answer of it was deleted. */
export function selectWithDeleted(read: ReadHandle, id: string): number | undefined {
  const sql = `SELECT sequence FROM conversations WHERE id = ? AND EXISTS (
    SELECT 1 FROM conversation_messages WHERE conversation = conversations.sequence AND ${isDeleted})`;
  return read.get<{ sequence: number }>(sql, id)?.sequence;
}

/** Whether anything is left that a model said, or failed to. */
export function isAnswered(read: ReadHandle, conversation: number): boolean {
  const sql = `SELECT 1 FROM conversation_messages WHERE conversation = ? AND role = 'assistant' AND ${isSaid} LIMIT 1`;
  return read.get(sql, conversation) !== undefined;
}

/** Takes the words out of turns with a deleted answer and no other. Returns their ids. */
export function emptyBareTurns(write: WriteHandle, conversation: number): string[] {
  const below = 'SELECT parent FROM conversation_messages WHERE conversation = @conversation AND role =';
  const sql = `SELECT id FROM conversation_messages WHERE conversation = @conversation AND role = 'user' AND text <> ''
    AND sequence IN (${below} 'assistant' AND ${isDeleted}) AND sequence NOT IN (${below} 'assistant' AND ${isSaid})`;
  const ids = write.all<{ id: string }>(sql, { conversation }).map(({ id }) => id);
  for (const id of ids) write.run("UPDATE conversation_messages SET text = '' WHERE id = ?", id);
  return ids;
}

/** A message and all that follows it, in every branch. */
export function selectBelow(read: ReadHandle, id: string): { id: string; state: string | null }[] {
  const sql = `WITH RECURSIVE below (sequence) AS (
      SELECT sequence FROM conversation_messages WHERE id = ?
      UNION ALL SELECT one.sequence FROM conversation_messages AS one JOIN below ON one.parent = below.sequence)
    SELECT id, state FROM conversation_messages WHERE sequence IN (SELECT sequence FROM below)`;
  return read.all(sql, id);
}

/** With all that follows it. */
export function deleteMessage(write: WriteHandle, id: string): void {
  write.run('DELETE FROM conversation_messages WHERE id = ?', id);
}

/** The first turn that is left; empty when none is. */
export function selectFirstTurn(read: ReadHandle, conversation: number): string {
  const sql = `SELECT text FROM conversation_messages WHERE conversation = ? AND role = 'user' AND text <> ''
    ORDER BY sequence LIMIT 1`;
  return read.get<{ text: string }>(sql, conversation)?.text ?? '';
}

export function updateExcerpt(write: WriteHandle, conversation: number, excerpt: string): void {
  write.run('UPDATE conversations SET excerpt = ? WHERE sequence = ?', excerpt, conversation);
}
