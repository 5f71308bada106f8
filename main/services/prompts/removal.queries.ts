import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import type { Selection } from './history.queries.ts';

/** Hides these from everywhere. Returns how many. */
export function markIds(write: WriteHandle, ids: readonly string[], whole: boolean, token: number): number {
  const chosen = 'SELECT value FROM json_each(@ids)';
  const rows = whole ? `origin IN (SELECT origin FROM history WHERE id IN (${chosen}))` : `id IN (${chosen})`;
  const sql = `UPDATE history SET removed_at = @token WHERE removed_at IS NULL AND ${rows}`;
  return write.run(sql, { ids: JSON.stringify(ids), token }).changes;
}

export function markMatching(write: WriteHandle, { match, from, to, origin }: Selection, token: number): number {
  const found =
    match === null ? '' : ' AND sequence IN (SELECT rowid FROM history_index WHERE history_index MATCH @match)';
  const within = origin === null ? '' : ' AND origin = @origin';
  const sql = `UPDATE history SET removed_at = @token
    WHERE removed_at IS NULL AND sequence >= @from AND sequence < @to${within}${found}`;
  return write.run(sql, {
    token,
    from,
    to,
    ...(match === null ? {} : { match }),
    ...(origin === null ? {} : { origin }),
  }).changes;
}

/** Hides all of a comparison or chat, or what stands in these places of it; nothing can bring it back. */
export function markOrigin(write: WriteHandle, origin: string, places?: readonly string[]): number {
  const all = 'UPDATE history SET removed_at = 0 WHERE origin = ?';
  if (places === undefined) return write.run(all, origin).changes;
  return write.run(`${all} AND place IN (SELECT value FROM json_each(?))`, origin, JSON.stringify(places)).changes;
}

const expired = `sequence < @before AND removed_at IS NULL
  AND (@marked = 0 OR (has_note = 0 AND NOT EXISTS (SELECT 1 FROM history_tagged AS r WHERE r.sequence = history.sequence)))`;

/** Older than a sequence; with `marked` those without tag and note only. */
export function markExpired(write: WriteHandle, before: number, marked: boolean): number {
  return write.run(`UPDATE history SET removed_at = 0 WHERE ${expired}`, { before, marked: marked ? 1 : 0 }).changes;
}

export function countExpired(
  read: ReadHandle,
  before: number,
  marked: boolean,
): { entries: number; comparisons: number } {
  const sql = `SELECT count(*) AS entries, count(DISTINCT CASE source WHEN 'compare' THEN origin END) AS comparisons FROM history WHERE ${expired}`;
  return read.get(sql, { before, marked: marked ? 1 : 0 }) ?? { entries: 0, comparisons: 0 };
}

export function unmark(write: WriteHandle, token: number): number {
  return write.run('UPDATE history SET removed_at = NULL WHERE removed_at = ?', token).changes;
}

export interface RemovedRow {
  sequence: number;
  origin: string;
  place: string;
  prompt: string;
  answer: string;
  /** As JSON. */
  stats: string | null;
}

/** Hidden at or before this moment. */
export function selectDue(read: ReadHandle, until: number, limit: number): RemovedRow[] {
  const sql = `SELECT h.sequence, h.origin, h.place, coalesce(t.prompt, '') AS prompt, coalesce(t.answer, '') AS answer, t.stats_json AS stats
    FROM history AS h LEFT JOIN history_texts AS t ON t.sequence = h.sequence WHERE h.removed_at <= ? LIMIT ?`;
  return read.all(sql, until, limit);
}

export function deleteRow(write: WriteHandle, sequence: number): void {
  write.run('DELETE FROM history WHERE sequence = ?', sequence);
}

/** Names of tags and models that nothing carries any more. */
export function deleteOrphans(write: WriteHandle): void {
  write.run('DELETE FROM history_tags WHERE key NOT IN (SELECT tag FROM history_tagged)');
  write.run('DELETE FROM history_models WHERE key NOT IN (SELECT model FROM history)');
}

export function selectSettings(read: ReadHandle): string | null {
  return read.get<{ settings_json: string }>('SELECT settings_json FROM history_settings')?.settings_json ?? null;
}

export function writeSettings(write: WriteHandle, json: string): void {
  write.run(
    'INSERT INTO history_settings (one, settings_json) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET settings_json = excluded.settings_json',
    json,
  );
}
