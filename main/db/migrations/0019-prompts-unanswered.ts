import { newId } from '../../base/ids.ts';
import { characterRuns } from '../../base/searchText.ts';
import type { Migration } from '../migrate.ts';
import type { SchemaHandle } from '../store.ts';

/**
 * What was asked before and got no answer comes into the history, too, where it is found, deleted and expires like all else: answers that
 * failed in comparisons, and those that failed or were stopped in conversations, each without a word.
 */
export const promptsUnanswered: Migration = {
  number: 19,
  name: 'prompts-unanswered',
  up(schema) {
    const isBare = "text = '' AND json_extract(error_json, '$.facts.deleted') IS NULL";
    const cells = schema.iterate<Unanswered>(`
      SELECT 'compare' AS source, c.id AS origin, cell.prompt || '/' || cell.model_column AS place, c.created_at AS at, NULL AS title,
        cell.state, c.settings_json AS settings, p.text AS prompt, json_extract(c.columns_json, '$[' || cell.model_column || ']') AS model
      FROM (SELECT * FROM comparison_cells WHERE state = 'failed' AND pinned = 0 AND ${isBare}) AS cell
      JOIN comparisons AS c ON c.sequence = cell.comparison
      JOIN comparison_prompts AS p ON p.comparison = cell.comparison AND p.position = cell.prompt
      ORDER BY c.created_at, c.sequence, cell.prompt, cell.model_column`);
    const answers = schema.iterate<Unanswered>(`
      SELECT 'playground' AS source, c.id AS origin, m.id AS place, m.created_at AS at, c.name AS title, m.state,
        json_extract(m.answer_json, '$.settings') AS settings, coalesce(turn.text, '') AS prompt, json_extract(m.answer_json, '$.model') AS model
      FROM (SELECT * FROM conversation_messages WHERE state IN ('failed', 'cancelled') AND ${isBare}) AS m
      JOIN conversations AS c ON c.sequence = m.conversation
      LEFT JOIN conversation_messages AS turn ON turn.sequence = m.parent ORDER BY m.created_at, m.sequence`);
    for (const row of [...cells, ...answers]) takeIn(schema, row);
  },
};

interface Unanswered {
  source: 'compare' | 'playground';
  origin: string;
  place: string;
  at: string;
  title: string | null;
  state: string;
  settings: string;
  prompt: string;
  model: string;
}

function takeIn(
  schema: SchemaHandle,
  { source, origin, place, at, title, state, settings, prompt, model }: Unanswered,
) {
  const known = schema.get('SELECT 1 FROM history WHERE origin = ? AND place = ?', origin, place);
  if (known !== undefined) return;
  const moment = Math.max(0, Date.parse(at));
  const key = modelKey(schema, JSON.parse(model));
  const { system = null, models: _, model: __, ...rest } = JSON.parse(settings);
  schema.run(
    'INSERT INTO history (sequence, id, source, origin, place, model, state) VALUES (?, ?, ?, ?, ?, ?, ?)',
    freeSequence(schema, moment * 16),
    newId(moment),
    source,
    origin,
    place,
    key,
    state,
  );
  schema.run(
    `INSERT INTO history_texts (sequence, title, system, prompt, answer, characters, facets, settings_json)
     SELECT sequence, ?, ?, ?, '', ?, ?, ? FROM history WHERE origin = ? AND place = ?`,
    title,
    system,
    prompt,
    characterRuns(title, system, prompt),
    `\ue001${key} \ue004${source}`,
    JSON.stringify(rest),
    origin,
    place,
  );
}

interface EarlierModel {
  /** Of a comparison. */
  modelId?: string | null;
  /** Of a conversation. */
  id?: string | null;
  name: string;
  quantization: string;
}

function modelKey(schema: SchemaHandle, { modelId, id = modelId ?? null, name, quantization }: EarlierModel): number {
  const same =
    'SELECT key FROM history_models WHERE model_id IS ? AND name = ? AND quantization = ? ORDER BY key LIMIT 1';
  const known = schema.get<{ key: number }>(same, id, name, quantization);
  if (known !== undefined) return known.key;
  const insert = 'INSERT INTO history_models (model_id, name, quantization) VALUES (?, ?, ?)';
  return Number(schema.run(insert, id, name, quantization).lastInsertRowid);
}

function freeSequence(schema: SchemaHandle, from: number): number {
  for (let sequence = from; ; sequence++)
    if (schema.get('SELECT 1 FROM history WHERE sequence = ?', sequence) === undefined) return sequence;
}
