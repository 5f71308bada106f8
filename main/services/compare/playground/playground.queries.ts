import { z } from 'zod';
import { generationStats } from '../../../../preload/contract/engine.ts';
import { assayErrorData } from '../../../../preload/contract/errors.ts';
import { type ModelUse, modelUse } from '../../../../preload/contract/models.ts';
import {
  type ChatAnswer,
  type ChatMessage,
  chatAnswer,
  type Preset,
  type PresetSettings,
  presetSettings,
} from '../../../../preload/contract/playground.ts';
import { jsonText } from '../../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../../db/store.ts';
import { decodeTokens, encodeTokens } from '../tokens.rules.ts';
import type { TreeNode } from './playground.rules.ts';

export interface ConversationRow {
  sequence: number;
  id: string;
  name: string | null;
  excerpt: string;
  created_at: string;
  updated_at: string;
  chosen: number | null;
  messages: number;
}

const selectRow = `SELECT *, (SELECT count(*) FROM conversation_messages
  WHERE conversation = conversations.sequence) AS messages FROM conversations`;

export function selectConversation(read: ReadHandle, id: string): ConversationRow | undefined {
  return read.get(`${selectRow} WHERE id = ? AND id NOT IN (SELECT subject FROM removals)`, id);
}

/** Newest first and without what was removed, those behind `before` (an id; null: from the newest on), those in which a model answered only where one is named. */
export function iterateConversations(
  read: ReadHandle,
  before: string | null,
  model: string | null = null,
): IterableIterator<ConversationRow> {
  const sql = `${selectRow} WHERE (@before IS NULL
    OR (updated_at, sequence) < (SELECT updated_at, sequence FROM conversations WHERE id = @before))
    AND (@model IS NULL OR sequence IN (SELECT conversation FROM conversation_messages WHERE model = @model))
    AND id NOT IN (SELECT subject FROM removals)
    ORDER BY updated_at DESC, sequence DESC`;
  return read.iterate(sql, { before, model });
}

export function selectModelUses(read: ReadHandle): ModelUse[] {
  const uses = `SELECT model, count(DISTINCT conversation) AS count FROM conversation_messages WHERE model IS NOT NULL
    AND conversation NOT IN (SELECT sequence FROM conversations WHERE id IN (SELECT subject FROM removals)) GROUP BY model`;
  return read.all(uses).map((row) => modelUse.parse(row));
}

export function insertConversation(write: WriteHandle, id: string, excerpt: string, at: string): number {
  const sql = 'INSERT INTO conversations (id, excerpt, created_at, updated_at) VALUES (?, ?, ?, ?)';
  return Number(write.run(sql, id, excerpt, at, at).lastInsertRowid);
}

export function updateMoment(write: WriteHandle, conversation: number, at: string): void {
  write.run('UPDATE conversations SET updated_at = ? WHERE sequence = ?', at, conversation);
}

export function updateName(write: WriteHandle, id: string, name: string | null): void {
  write.run('UPDATE conversations SET name = ? WHERE id = ?', name, id);
}

export function deleteConversation(write: WriteHandle, id: string): void {
  write.run('DELETE FROM conversations WHERE id = ?', id);
}

/** All branches, in the order in which their messages were made. */
export function selectNodes(read: ReadHandle, conversation: number): TreeNode[] {
  const sql =
    'SELECT sequence, id, parent, role, chosen FROM conversation_messages WHERE conversation = ? ORDER BY sequence';
  return read.all(sql, conversation);
}

/** The same without messages that were removed and all that follows those. */
export function selectShownNodes(read: ReadHandle, conversation: number): TreeNode[] {
  const sql = `WITH RECURSIVE hidden (sequence) AS (
      SELECT sequence FROM conversation_messages WHERE conversation = @conversation AND id IN (SELECT subject FROM removals)
      UNION SELECT one.sequence FROM conversation_messages AS one JOIN hidden ON one.parent = hidden.sequence)
    SELECT sequence, id, parent, role, chosen FROM conversation_messages
    WHERE conversation = @conversation AND sequence NOT IN (SELECT sequence FROM hidden) ORDER BY sequence`;
  return read.all(sql, { conversation });
}

/** The conversation of a message, also of one that was removed; undefined: it is gone. */
export function selectConversationOf(
  read: ReadHandle,
  message: string,
): Pick<ConversationRow, 'id' | 'sequence'> | undefined {
  const sql = `SELECT id, sequence FROM conversations
    WHERE sequence = (SELECT conversation FROM conversation_messages WHERE id = ?)`;
  return read.get(sql, message);
}

const messageRow = z.object({
  sequence: z.number(),
  id: z.string(),
  parent_id: z.string().nullable(),
  created_at: z.string(),
  text: z.string(),
  state: z.enum(['waiting', 'done', 'failed', 'cancelled']).nullable(),
  answer_json: jsonText
    .pipe(chatAnswer.pick({ model: true, settings: true, context: true, continuedAt: true, jobId: true }))
    .nullable(),
  stats_json: jsonText.pipe(generationStats).nullable(),
  error_json: jsonText.pipe(assayErrorData).nullable(),
  tokens: z.instanceof(Uint8Array).nullable(),
});

function toMessage(found: unknown): ChatMessage {
  const { id, parent_id, created_at, text, state, answer_json, stats_json, error_json, tokens } =
    messageRow.parse(found);
  const answer: ChatAnswer | null =
    state === null || answer_json === null || tokens === null
      ? null
      : {
          ...answer_json,
          state,
          loadProgress: null,
          tokens: decodeTokens(Buffer.from(tokens), text),
          stats: stats_json,
          error: error_json,
        };
  return { id, parent: parent_id, createdAt: created_at, text, answer };
}

const selectMessages = `SELECT one.*, parent.id AS parent_id FROM conversation_messages AS one
  LEFT JOIN conversation_messages AS parent ON parent.sequence = one.parent`;

export function selectMessage(read: ReadHandle, id: string): ChatMessage | undefined {
  const row = read.get(`${selectMessages} WHERE one.id = ?`, id);
  return row === undefined ? undefined : toMessage(row);
}

export interface NewMessage {
  conversation: number;
  id: string;
  parent: number | null;
  createdAt: string;
  text: string;
  answer: ChatAnswer | null;
}

/** Returns its sequence. */
export function insertMessage(write: WriteHandle, message: NewMessage): number {
  const { conversation, id, parent, createdAt, text, answer } = message;
  const sql = `INSERT INTO conversation_messages (conversation, id, parent, role, created_at, text, state, answer_json, tokens)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  return Number(
    write.run(
      sql,
      conversation,
      id,
      parent,
      answer === null ? 'user' : 'assistant',
      createdAt,
      text,
      answer === null ? null : 'waiting',
      answer === null ? null : answerJson(answer),
      answer === null ? null : encodeTokens([], ''),
    ).lastInsertRowid,
  );
}

/** What came of an answer so far; one under way stays waiting in the store. */
export function updateAnswer(write: WriteHandle, id: string, text: string, answer: ChatAnswer): void {
  const { state, stats, error, tokens } = answer;
  write.run(
    'UPDATE conversation_messages SET text = ?, state = ?, answer_json = ?, stats_json = ?, error_json = ?, tokens = ? WHERE id = ?',
    text,
    state === 'loading' || state === 'running' ? 'waiting' : state,
    answerJson(answer),
    stats === null ? null : JSON.stringify(stats),
    error === null ? null : JSON.stringify(error),
    encodeTokens(tokens, text),
    id,
  );
}

function answerJson({ model, settings, context, continuedAt, jobId }: ChatAnswer): string {
  return JSON.stringify({ model, settings, context, continuedAt, jobId });
}

/** Jobs of the answers that are not settled. */
export function selectWaitingJobs(read: ReadHandle, conversation: string): string[] {
  const sql = `SELECT json_extract(answer_json, '$.jobId') AS job FROM conversation_messages
    WHERE conversation = (SELECT sequence FROM conversations WHERE id = ?) AND state = 'waiting'`;
  return read.all<{ job: string | null }>(sql, conversation).flatMap(({ job }) => (job === null ? [] : [job]));
}

/** Jobs of the last few answers that ended by themselves or by a person; those of failed ones still have something to say. */
export function selectEndedJobs(read: ReadHandle, conversation: number): string[] {
  const sql = `SELECT json_extract(answer_json, '$.jobId') AS job FROM conversation_messages
    WHERE conversation = ? AND state IN ('done', 'cancelled') ORDER BY sequence DESC LIMIT 5`;
  return read.all<{ job: string | null }>(sql, conversation).flatMap(({ job }) => (job === null ? [] : [job]));
}

/** Makes a message the one that is looked at among its siblings. */
export function choose(
  write: WriteHandle,
  conversation: number,
  { parent, sequence }: Pick<TreeNode, 'parent' | 'sequence'>,
): void {
  if (parent === null) write.run('UPDATE conversations SET chosen = ? WHERE sequence = ?', sequence, conversation);
  else write.run('UPDATE conversation_messages SET chosen = ? WHERE sequence = ?', sequence, parent);
}

const presetRow = z.object({ id: z.string(), name: z.string(), settings_json: jsonText.pipe(presetSettings) });

export function selectPresets(read: ReadHandle): Preset[] {
  const sql = 'SELECT * FROM sampler_presets WHERE id NOT IN (SELECT subject FROM removals) ORDER BY name';
  return read.all(sql).map((row) => {
    const { id, name, settings_json } = presetRow.parse(row);
    return { id, name, builtIn: false, settings: settings_json };
  });
}

/** Ids of presets of this name, also of one that was removed. */
export function selectNamed(read: ReadHandle, name: string): string[] {
  return read.all<{ id: string }>('SELECT id FROM sampler_presets WHERE name = ?', name).map(({ id }) => id);
}

export function upsertPreset(write: WriteHandle, id: string, name: string, settings: PresetSettings): void {
  write.run(
    `INSERT INTO sampler_presets (id, name, settings_json) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, settings_json = excluded.settings_json`,
    id,
    name,
    JSON.stringify(settings),
  );
}

export function updatePresetName(write: WriteHandle, id: string, name: string): void {
  write.run('UPDATE sampler_presets SET name = ? WHERE id = ?', name, id);
}

export function deletePreset(write: WriteHandle, id: string): void {
  write.run('DELETE FROM sampler_presets WHERE id = ?', id);
}
