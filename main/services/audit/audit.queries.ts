import type { AuditFilter } from '../../../preload/contract/audit.ts';
import type { ReadHandle, WriteHandle } from '../../db/index.ts';

export interface ChainRow {
  sequence: number;
  /** Canonical JSON; what the hash is taken over. */
  entry: string;
  hash: Buffer;
}

export interface HeadRow {
  sequence: number;
  hash: Buffer;
  mac: Buffer;
}

export function readHead(read: ReadHandle): HeadRow | undefined {
  return read.get<HeadRow>('SELECT sequence, hash, mac FROM audit_head WHERE one = 1');
}

export function readLast(read: ReadHandle): ChainRow | undefined {
  return read.get<ChainRow>('SELECT sequence, entry, hash FROM audit_chain ORDER BY sequence DESC LIMIT 1');
}

export function readAt(read: ReadHandle, sequence: number): ChainRow | undefined {
  return read.get<ChainRow>('SELECT sequence, entry, hash FROM audit_chain WHERE sequence = ?', sequence);
}

/** A row with its hash in hexadecimal: a million small buffers would stop the process for the garbage they leave. */
export interface ChainLine {
  sequence: number;
  entry: string;
  hash: string;
}

/** Ascending, after `after`. */
export function readFollowing(read: ReadHandle, after: number, limit: number): ChainLine[] {
  return read.all<ChainLine>(
    'SELECT sequence, entry, lower(hex(hash)) AS hash FROM audit_chain WHERE sequence > ? ORDER BY sequence LIMIT ?',
    after,
    limit,
  );
}

/** Descending, before `before`. */
export function readPreceding(read: ReadHandle, before: number, limit: number): ChainRow[] {
  return read.all<ChainRow>(
    'SELECT sequence, entry, hash FROM audit_chain WHERE sequence < ? ORDER BY sequence DESC LIMIT ?',
    before,
    limit,
  );
}

export function insertEntry(write: WriteHandle, { sequence, entry, hash }: ChainRow): void {
  write.run('INSERT INTO audit_chain (sequence, entry, hash) VALUES (?, ?, ?)', sequence, entry, hash);
}

export function writeHead(write: WriteHandle, { sequence, hash, mac }: HeadRow): void {
  write.run(
    'INSERT INTO audit_head (one, sequence, hash, mac) VALUES (1, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, mac = excluded.mac',
    sequence,
    hash,
    mac,
  );
}

/** Descending, those of the numbers from `from` to `to` that the filter lets through. */
export function readMatching(
  read: ReadHandle,
  { action, person, outcome, from, to, text }: AuditFilter,
  range: { from: number; to: number; limit: number },
): ChainRow[] {
  return read.all<ChainRow>(
    `SELECT sequence, entry, hash FROM audit_chain
     WHERE sequence BETWEEN @rangeFrom AND @rangeTo
       AND (@action IS NULL OR entry ->> 'action' = @action OR entry ->> 'action' GLOB @domain)
       AND (@person IS NULL OR entry ->> 'person' = @person)
       AND (@from IS NULL OR entry ->> 'at' >= @from)
       AND (@to IS NULL OR entry ->> 'at' <= @to)
       AND CASE @outcome
         WHEN 'asked' THEN entry ->> 'phase' = 'intent'
         WHEN 'done' THEN entry ->> 'phase' = 'outcome' AND entry ->> 'outcome' = 'ok'
         WHEN 'failed' THEN entry ->> 'phase' = 'outcome' AND entry ->> 'outcome' <> 'ok'
         WHEN 'happened' THEN entry ->> 'phase' = 'event'
         ELSE 1 END
       AND (@text IS NULL OR instr(lower(entry), @text) > 0 OR CAST(sequence AS TEXT) = @text)
     ORDER BY sequence DESC LIMIT @limit`,
    {
      rangeFrom: range.from,
      rangeTo: range.to,
      limit: range.limit,
      action: action || null,
      domain: action ? `${action.replace(/[*?[]/g, '[$&]')}.*` : null,
      person: person || null,
      outcome: outcome ?? null,
      from: from ?? null,
      to: to ?? null,
      text: text?.trim().toLowerCase() || null,
    },
  );
}

/** The outcome that belongs to an intent, looked for among the entries after it; a command ends soon, or its outcome is far. */
export function readOutcomeOf(read: ReadHandle, intent: number, within: number): ChainRow | undefined {
  return read.get<ChainRow>(
    `SELECT sequence, entry, hash FROM audit_chain
     WHERE sequence > @intent AND sequence <= @intent + @within AND entry ->> 'intent' = @intent LIMIT 1`,
    { intent, within },
  );
}

/** Every value of a field among the entries from `from` on. */
export function readValues(read: ReadHandle, field: 'action' | 'person', from: number): string[] {
  return read
    .all<{ value: string }>(
      'SELECT DISTINCT entry ->> @field AS value FROM audit_chain WHERE sequence >= @from ORDER BY value',
      { field, from },
    )
    .map(({ value }) => value);
}
