import type { ReadHandle, WriteHandle } from '../../db/index.ts';

export interface KeyFileRow {
  hash: string;
  nextHash: string | null;
  exchangedAt: string | null;
}

/** Undefined when the store has not been opened since there is such a record. */
export function selectKeyFile(read: ReadHandle): KeyFileRow | undefined {
  return read.get<KeyFileRow>(
    'SELECT hash, next_hash AS nextHash, exchanged_at AS exchangedAt FROM vault_key_file WHERE one = 1',
  );
}

export function writeKeyFileRow(write: WriteHandle, { hash, nextHash, exchangedAt }: KeyFileRow): void {
  write.run(
    `INSERT INTO vault_key_file (one, hash, next_hash, exchanged_at) VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, next_hash = excluded.next_hash, exchanged_at = excluded.exchanged_at`,
    hash,
    nextHash,
    exchangedAt,
  );
}

/** False under a list of migrations that ends before the record of the key file. */
export function hasKeyFileTable(read: ReadHandle): boolean {
  return read.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'vault_key_file'") !== undefined;
}
