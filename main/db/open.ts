import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import type Sqlite from 'better-sqlite3-multiple-ciphers';
import { Fault } from '../base/fault.ts';

export type Connection = Sqlite.Database;
export type Statement<Row> = Sqlite.Statement<unknown[], Row>;

let driver: typeof Sqlite | undefined;

/** Loads the driver at its first use. It needs Node-API 10: without this check an older runtime would end by a segmentation fault. */
function loadDriver(): typeof Sqlite {
  if (driver) return driver;
  if (Number(process.versions.napi) < 10)
    throw new Fault(
      'INTERNAL',
      `The database needs Node-API 10 (Node 22 or Electron 35); this is ${process.version} with Node-API ${process.versions.napi}. Start Assay with a newer Node, e.g. by ASSAY_NODE.`,
    );
  const loaded: typeof Sqlite = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
  driver = loaded;
  return loaded;
}

/** Releases of SQLite and of SQLite3 Multiple Ciphers inside the driver. */
export function databaseVersions(): { sqlite: string; cipher: string } {
  const connection = new (loadDriver())(':memory:');
  try {
    const read = (name: string) => String(connection.prepare(`select ${name}()`).pluck().get());
    return { sqlite: read('sqlite_version'), cipher: read('sqlite3mc_version').replace(/^[^\d]*3[^\d]+/, '') };
  } finally {
    connection.close();
  }
}

/** A page that is not in the cache has to be decrypted, so what is read again and again should fit. Filled only as far as it is used. */
export const readingCacheKibibytes = Math.round(Math.min(256 * 1024, Math.max(64 * 1024, totalmem() / 1024 / 32)));
export const writingCacheKibibytes = 128 * 1024;
/**
 * Of the write-ahead log: 128 MiB, at which whoever commits folds it in, if `logFolding.ts` has not before. A page that is written again
 * before that is decrypted and encrypted anew once in place of twice. `docs/decisions/0022`.
 */
const mostLogPages = 32_000;

export interface ConnectOptions {
  file: string;
  /** The raw 32-byte data key. */
  key: Buffer;
  /** write creates the file when it is missing. */
  access: 'read' | 'write';
}

/**
 * Opens one encrypted connection: sqlcipher 4 format, so that others can verify it, with a raw key and thus no KDF.
 * A wrong key and a file that is no database fail here alike (SQLITE_NOTADB).
 */
export function connect({ file, key, access }: ConnectOptions): Connection {
  if (key.length !== 32) throw new TypeError('The data key has 32 bytes.');
  const connection = new (loadDriver())(file, { readonly: access === 'read', timeout: 5000 });
  try {
    connection.pragma("cipher='sqlcipher'");
    connection.pragma('legacy=4');
    const literal = Buffer.from(`x'${key.toString('hex')}'`);
    connection.key(literal);
    literal.fill(0);
    setUp(connection, access);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** All that is said to a connection but its key; a benchmark says the same to a database without one. */
export function setUp(connection: Connection, access: 'read' | 'write'): void {
  // Temporary files would hold rows in clear: a spilling sort or a TEMP table must stay in memory.
  connection.pragma('temp_store=memory');
  connection.pragma('schema_version');
  if (access === 'write') {
    connection.pragma('journal_mode=wal');
    connection.pragma(`wal_autocheckpoint=${mostLogPages}`);
    connection.pragma('journal_size_limit=67108864');
    connection.pragma('secure_delete=on');
  } else connection.pragma('query_only=on');
  connection.pragma('synchronous=normal');
  connection.pragma('foreign_keys=on');
  connection.pragma('trusted_schema=off');
  connection.pragma(`cache_size=-${access === 'read' ? readingCacheKibibytes : writingCacheKibibytes}`);
}

/**
 * Holds an exclusive lock on a file until `release`, or returns null when someone else holds it. The system drops the
 * lock of a process that died in whatever way, so no process id has to be judged. Never open the file otherwise: on
 * POSIX, closing any descriptor of it would drop the lock.
 */
export function holdLock(file: string): { release(): void } | null {
  // Readable by others it would let another account hold a lock on it. A file that is there is not opened for that: see above.
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, 'a', 0o600));
  const connection = new (loadDriver())(file, { timeout: 0 });
  try {
    connection.pragma('journal_mode=memory');
    connection.exec('begin exclusive');
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
  return { release: () => void connection.close() };
}

/** True when the file is there and large enough to hold a database at all. */
export function isPlausibleDatabase(file: string): boolean {
  return existsSync(file) && statSync(file).size >= 4096;
}
