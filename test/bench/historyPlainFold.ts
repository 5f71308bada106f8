import { createRequire } from 'node:module';
import { workerData } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3-multiple-ciphers';
import { foldLog } from '../../main/db/logFolding.ts';
import { setUp } from '../../main/db/open.ts';

// The thread that folds in the log of the database without a key.
const Database: typeof Sqlite = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
const { file, gate }: { file: string; gate: SharedArrayBuffer } = workerData;
foldLog(() => {
  const connection = new Database(file);
  setUp(connection, 'write');
  return connection;
}, gate);
