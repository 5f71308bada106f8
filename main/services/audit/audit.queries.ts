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
