import type { Store } from '../../db/index.ts';
import { type KeyFile, keyFileHash, writeKeyFile } from './keyFile.ts';
import { hasKeyFileTable, type KeyFileRow, selectKeyFile, writeKeyFileRow } from './vault.queries.ts';

/**
 * The database knows which key file was written last. An older one, put in its place, opens the store with a secret that was replaced since:
 * that cannot be refused, because the data key is the same, but it is noticed.
 */
export interface KeyRecord {
  /** When another key file was found; null when none was, or a new passphrase was set since. */
  exchangedAt: string | null;
  /** True when this opening found it. */
  isNew: boolean;
}

/** Holds the key file that opened the store against the record; from then on that file counts. */
export function checkKeyFile(store: Store, found: KeyFile, now: string): KeyRecord {
  if (!hasKeyFileTable(store.read)) return { exchangedAt: null, isNew: false };
  const hash = keyFileHash(found);
  const row = selectKeyFile(store.read);
  const isNew = row !== undefined && row.hash !== hash && row.nextHash !== hash;
  const exchangedAt = isNew ? now : (row?.exchangedAt ?? null);
  record(store, { hash, nextHash: null, exchangedAt });
  return { exchangedAt, isNew };
}

/** Writes the key file with its record around it: whatever a crash leaves, one of the two hashes is that of the file. */
export function saveKeyFile(
  store: Store,
  path: string,
  keys: KeyFile,
  { exchangedAt }: Pick<KeyRecord, 'exchangedAt'>,
) {
  const row = hasKeyFileTable(store.read) ? selectKeyFile(store.read) : undefined;
  const nextHash = keyFileHash(keys);
  if (row) {
    record(store, { ...row, nextHash });
    // Onto the disk before the file is: after a power cut an unknown file would look exchanged.
    store.foldIn();
  }
  writeKeyFile(path, keys);
  if (row) record(store, { hash: nextHash, nextHash: null, exchangedAt });
}

function record(store: Store, row: KeyFileRow): void {
  store.transaction((write) => writeKeyFileRow(write, row));
}
