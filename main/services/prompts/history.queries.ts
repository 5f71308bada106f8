import type { HistorySort } from '../../../preload/contract/prompts.ts';
import type { Bindable, ReadHandle, WriteHandle } from '../../db/store.ts';

/** A generation without its texts. */
export interface HistoryRow {
  sequence: number;
  id: string;
  source: 'compare' | 'playground' | 'import';
  origin: string;
  place: string;
  model: number;
  state: 'done' | 'cancelled' | 'failed';
  token_count: number | null;
  ttft_ms: number | null;
  tokens_per_second: number | null;
  total_ms: number | null;
  has_note: 0 | 1;
}

export interface HistoryTexts {
  sequence: number;
  title: string | null;
  system: string | null;
  prompt: string;
  answer: string;
  note: string | null;
  tags: string | null;
  settings_json: string;
  stats_json: string | null;
  messages_before: number | null;
}

/** A moment in milliseconds is this many sequences long. */
export const sequencesEach = 16;

export interface Selection {
  /** A query of FTS5; null: everything. */
  match: string | null;
  /** From this sequence, and up to but without that one. */
  from: number;
  to: number;
  origin: string | null;
}

type Filled = Record<string, string | number | null>;

/** Conditions on `history AS h`, joined to the index as `f` where there is something to match. */
function sourceOf(selection: Selection): { tables: string; where: string; values: Filled; order: string } {
  const { match, from, to, origin } = selection;
  const key = match === null ? 'h.sequence' : 'f.rowid';
  const where = [
    ...(match === null ? [] : ['history_index MATCH @match']),
    ...(from > 0 ? [`${key} >= @from`] : []),
    ...(to < Number.MAX_SAFE_INTEGER ? [`${key} < @to`] : []),
    ...(origin === null ? [] : ['h.origin = @origin']),
    'h.removed_at IS NULL',
  ].join(' AND ');
  // Left to right: what is found decides which rows are looked at.
  const tables = match === null ? 'history AS h' : 'history_index AS f CROSS JOIN history AS h ON h.sequence = f.rowid';
  return { tables, where, values: bound({ match, from, to, origin }, where), order: key };
}

/** Only what the statement names may be bound. */
function bound(values: Filled, sql: string): Filled {
  return Object.fromEntries(Object.entries(values).filter(([name]) => sql.includes(`@${name}`)));
}

const columns =
  'h.sequence, h.id, h.source, h.origin, h.place, h.model, h.state, h.token_count, h.ttft_ms, h.tokens_per_second, h.total_ms, h.has_note';

export interface Cursor {
  /** Of the last row: what it was sorted by (or how many rows were before), and its sequence. */
  value: number;
  sequence: number;
}

/** One page, and one row more when there is another page. */
export function selectPage(
  read: ReadHandle,
  selection: Selection,
  sort: HistorySort,
  after: Cursor | null,
  limit: number,
): (HistoryRow & { value: number })[] {
  const { tables, where, values, order } = sourceOf(selection);
  const page = { ...values, limit: limit + 1 };
  if (sort === 'newest' || sort === 'oldest') {
    const way = sort === 'newest' ? 'DESC' : 'ASC';
    const next = after === null ? '' : ` AND ${order} ${sort === 'newest' ? '<' : '>'} @after`;
    const sql = `SELECT ${columns}, 0 AS value FROM ${tables} WHERE ${where}${next} ORDER BY ${order} ${way} LIMIT @limit`;
    return read.all(sql, after === null ? page : { ...page, after: after.sequence });
  }
  if (sort === 'best match' && selection.match !== null) {
    // Ranks are worked out anew for each page, so its place is counted.
    const sql = `SELECT ${columns}, @offset AS value FROM ${tables} WHERE ${where}
      ORDER BY bm25(history_index, 4.0, 1.0, 4.0, 1.0, 6.0, 8.0, 4.0, 0.0), f.rowid DESC LIMIT @limit OFFSET @offset`;
    return read.all(sql, { ...page, offset: after?.value ?? 0 });
  }
  const measure = sort === 'slowest' ? 'h.total_ms' : 'h.token_count';
  const next = after === null ? '' : ` AND (${measure}, h.sequence) < (@value, @after)`;
  const sql = `SELECT ${columns}, ${measure} AS value FROM ${tables} WHERE ${where} AND ${measure} IS NOT NULL${next}
    ORDER BY ${measure} DESC, h.sequence DESC LIMIT @limit`;
  return read.all(sql, after === null ? page : { ...page, value: after.value, after: after.sequence });
}

/** How many, but no more than `most`. */
export function countRows(read: ReadHandle, selection: Selection, most: number): number {
  const { tables, where, values } = sourceOf(selection);
  const isPlain = selection.match !== null && selection.origin === null && !isAnyHidden(read);
  // The index alone is many times quicker than a look at each row, which is needed only where some are hidden.
  const found = isPlain
    ? `history_index AS f WHERE ${where.replace(' AND h.removed_at IS NULL', '')}`
    : `${tables} WHERE ${where}`;
  const sql = `SELECT count(*) AS count FROM (SELECT 1 FROM ${found} LIMIT @most)`;
  return read.get<{ count: number }>(sql, { ...values, most })?.count ?? 0;
}

function isAnyHidden(read: ReadHandle): boolean {
  return read.get('SELECT 1 FROM history WHERE removed_at IS NOT NULL LIMIT 1') !== undefined;
}

/** Texts of these rows, whole or with system prompt, prompt and answer cut after so many characters. */
export function selectTexts(
  read: ReadHandle,
  sequences: readonly number[],
  characters = Number.POSITIVE_INFINITY,
): Map<number, HistoryTexts> {
  const sql = (system: string, prompt: string, answer: string) =>
    `SELECT sequence, title, ${system} AS system, ${prompt} AS prompt, ${answer} AS answer, note, tags, settings_json, stats_json,
      messages_before
    FROM history_texts WHERE sequence IN (SELECT value FROM json_each(@sequences))`;
  const wanted = { sequences: JSON.stringify(sequences) };
  if (characters === Number.POSITIVE_INFINITY) {
    const rows = read.all<HistoryTexts>(sql('system', 'prompt', 'answer'), wanted);
    return new Map(rows.map((row) => [row.sequence, row]));
  }
  // As bytes: of a text, substr() of SQLite stops at a NUL. A character has four of them at most.
  const [system, prompt, answer] = ['system', 'prompt', 'answer'].map(
    (name) => `substr(CAST(${name} AS BLOB), 1, @bytes)`,
  );
  // An empty one is no bytes.
  const cut = (bytes: Uint8Array | null) =>
    withoutHalf(
      Buffer.from(bytes ?? [])
        .toString()
        .slice(0, characters),
    );
  const rows = read.all<CutTexts>(sql(system ?? '', prompt ?? '', answer ?? ''), { ...wanted, bytes: characters * 4 });
  return new Map(
    rows.map((row) => {
      const texts = { system: row.system && cut(row.system), prompt: cut(row.prompt), answer: cut(row.answer) };
      return [row.sequence, { ...row, ...texts }];
    }),
  );
}

type CutTexts = Omit<HistoryTexts, 'system' | 'prompt' | 'answer'> & {
  system: Uint8Array | null;
  prompt: Uint8Array | null;
  answer: Uint8Array | null;
};

/** Without the first half of a character of two units at the end. */
function withoutHalf(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

export function selectRow(read: ReadHandle, id: string): HistoryRow | undefined {
  return read.get(`SELECT ${columns} FROM history AS h WHERE h.id = ? AND h.removed_at IS NULL`, id);
}

export function selectByIds(read: ReadHandle, ids: readonly string[]): HistoryRow[] {
  const sql = `SELECT ${columns} FROM history AS h WHERE h.id IN (SELECT value FROM json_each(?)) AND h.removed_at IS NULL ORDER BY h.sequence DESC`;
  return read.all(sql, JSON.stringify(ids));
}

export function countOfOrigin(read: ReadHandle, origin: string): number {
  const sql = 'SELECT count(*) AS count FROM history WHERE origin = ? AND removed_at IS NULL';
  return read.get<{ count: number }>(sql, origin)?.count ?? 0;
}

export function countByTag(read: ReadHandle): { name: string; count: number }[] {
  return read.all(`SELECT t.name, count(*) AS count FROM history_tags AS t JOIN history_tagged AS r ON r.tag = t.key
    GROUP BY t.key ORDER BY count DESC, t.name`);
}

export function selectEnds(read: ReadHandle): { total: number; oldest: number | null; newest: number | null } {
  const count = read.get<{ total: number }>('SELECT count(*) AS total FROM history')?.total ?? 0;
  const hidden = read.get<{ total: number }>('SELECT count(*) AS total FROM history WHERE removed_at IS NOT NULL');
  const oldest = read.get<{ at: number | null }>('SELECT min(sequence) AS at FROM history')?.at ?? null;
  const newest = read.get<{ at: number | null }>('SELECT max(sequence) AS at FROM history')?.at ?? null;
  return { total: count - (hidden?.total ?? 0), oldest, newest };
}

export function selectTagKeys(read: ReadHandle, names: readonly string[]): number[] {
  const sql = 'SELECT key FROM history_tags WHERE name IN (SELECT value FROM json_each(?))';
  return read.all<{ key: number }>(sql, JSON.stringify(names)).map(({ key }) => key);
}

/** The first free sequence at or after this moment (milliseconds since 1970). */
export function freeSequence(write: ReadHandle, at: number): number {
  for (let moment = at; ; moment++) {
    const first = moment * sequencesEach;
    const sql = 'SELECT max(sequence) AS last FROM history WHERE sequence >= ? AND sequence < ?';
    const last = write.get<{ last: number | null }>(sql, first, first + sequencesEach)?.last ?? first - 1;
    if (last + 1 < first + sequencesEach) return last + 1;
  }
}

export function selectPlaced(
  read: ReadHandle,
  origin: string,
  place: string,
): (HistoryRow & { removed_at: number | null }) | undefined {
  return read.get(
    `SELECT ${columns}, h.removed_at FROM history AS h WHERE h.origin = ? AND h.place = ?`,
    origin,
    place,
  );
}

/** Whether an entry of this id is there, hidden or not. */
export function isKnown(read: ReadHandle, id: string): boolean {
  return read.get('SELECT 1 FROM history WHERE id = ?', id) !== undefined;
}

export function insertRow(write: WriteHandle, row: HistoryRow): void {
  write.run(
    `INSERT INTO history (sequence, id, source, origin, place, model, state, token_count, ttft_ms, tokens_per_second, total_ms, has_note)
     VALUES (@sequence, @id, @source, @origin, @place, @model, @state, @token_count, @ttft_ms, @tokens_per_second, @total_ms, @has_note)`,
    { ...row },
  );
}

export function updateRow(write: WriteHandle, row: HistoryRow): void {
  write.run(
    `UPDATE history SET model = @model, state = @state, token_count = @token_count, ttft_ms = @ttft_ms,
       tokens_per_second = @tokens_per_second, total_ms = @total_ms, removed_at = NULL WHERE sequence = @sequence`,
    bound({ ...row }, '@model @state @token_count @ttft_ms @tokens_per_second @total_ms @sequence') as Bindable,
  );
}

export function insertTexts(
  write: WriteHandle,
  texts: HistoryTexts & { characters: string | null; facets: string },
): void {
  write.run(
    `INSERT INTO history_texts (sequence, title, system, prompt, answer, note, tags, characters, facets, settings_json, stats_json, messages_before)
     VALUES (@sequence, @title, @system, @prompt, @answer, @note, @tags, @characters, @facets, @settings_json, @stats_json, @messages_before)`,
    { ...texts },
  );
}

export function deleteTexts(write: WriteHandle, sequence: number): void {
  write.run('DELETE FROM history_texts WHERE sequence = ?', sequence);
}

/** The names of a row's tags as the tags are written now. */
export function selectTagsOf(read: ReadHandle, sequence: number): { key: number; name: string }[] {
  return read.all(
    'SELECT t.key, t.name FROM history_tagged AS r JOIN history_tags AS t ON t.key = r.tag WHERE r.sequence = ? ORDER BY t.name',
    sequence,
  );
}

export function addTag(write: WriteHandle, sequence: number, name: string): void {
  write.run('INSERT INTO history_tags (name) VALUES (?) ON CONFLICT (name) DO NOTHING', name);
  write.run(
    'INSERT INTO history_tagged (tag, sequence) SELECT key, ? FROM history_tags WHERE name = ? ON CONFLICT DO NOTHING',
    sequence,
    name,
  );
}

export function removeTag(write: WriteHandle, sequence: number, name: string): void {
  write.run(
    'DELETE FROM history_tagged WHERE sequence = ? AND tag = (SELECT key FROM history_tags WHERE name = ?)',
    sequence,
    name,
  );
}

export interface Marks {
  sequence: number;
  note: string | null;
  tags: string | null;
  characters: string | null;
  facets: string;
}

/** Note and tags of a row, in the texts and thereby in the index. */
export function updateMarks(write: WriteHandle, marks: Marks): void {
  write.run('UPDATE history SET has_note = ? WHERE sequence = ?', marks.note === null ? 0 : 1, marks.sequence);
  write.run(
    'UPDATE history_texts SET note = @note, tags = @tags, characters = @characters, facets = @facets WHERE sequence = @sequence',
    { ...marks },
  );
}
