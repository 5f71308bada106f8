import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type Sqlite from 'better-sqlite3-multiple-ciphers';
import { createStatements } from '../../main/db/handles.ts';
import { besideHost, migrate, migrations, openStore, type Store } from '../../main/db/index.ts';
import { createLogFolding } from '../../main/db/logFolding.ts';
import { setUp } from '../../main/db/open.ts';
import { createHistory, type History } from '../../main/services/prompts/history.ts';
import { generatedRows } from './historyRows.ts';
import { type Turn, tellRatio, timed, timedWhole } from './historyTimes.ts';

interface Side {
  store: Store;
  history: History;
}

/** The same history, the same rows, by turns: in the store as it is, and in a database without a key. */
export async function compareWithPlain(count: number, folder: string): Promise<void> {
  const file = (name: string) => join(folder, `${name}.db`);
  const key = Buffer.alloc(32, 7);
  const store = openStore({ file: file('encrypted'), key, how: 'create', beside: besideHost });
  migrate(store, { migrations, how: 'create', backUp: () => undefined, now: Date.now });
  const encrypted = sideOf(store);
  const plain = sideOf(openPlain(file('plain'), store));
  const generated = [...generatedRows(count, Date.now())];

  const size = 250;
  const blocks: Turn[] = [];
  const blockRows = Math.ceil(count / 4 / size) * size;
  for (let from = 0; from < count; from += blockRows) {
    const block = generated.slice(from, from + blockRows);
    const write = async ({ store, history }: Side) => {
      for (let at = 0; at < block.length; at += size) {
        store.transaction((handle) => {
          for (const row of block.slice(at, at + size)) history.record(handle, row);
        });
        // As those do who write much: others are answered in between.
        await new Promise((resolve) => setImmediate(resolve));
      }
      // What is still in the log belongs to the writing.
      store.foldIn();
    };
    // Each first as often as the other.
    const first = blocks.length % 2 === 0 ? encrypted : plain;
    const one = await timedWhole(() => write(first));
    const other = await timedWhole(() => write(first === plain ? encrypted : plain));
    blocks.push(first === plain ? { encrypted: other, plain: one } : { encrypted: one, plain: other });
  }
  tellRatio(`inserts with index in transactions of ${size}`, blocks, 1.4, 'clock');

  // Closed and opened again: nothing is in a cache that was not read.
  encrypted.store.close();
  plain.store.close();
  const cold = [
    sideOf(openStore({ file: file('encrypted'), key, how: 'open' })),
    sideOf(openPlain(file('plain'), null)),
  ];
  const [again, clear] = cold;
  if (again === undefined || clear === undefined) return;
  const session = (side: Side, number: number) => () =>
    typeAndRead(side, generated[(number * 97) % count]?.answer ?? '');
  const sessions = Array.from({ length: 60 }, (_, number) => number);
  const typed = () => sessions.map((number) => turn(number, session(again, number), session(clear, number)));
  // Most of what the first time asks for was never read before and has to be decrypted; the second time it is in the cache.
  tellRatio('reads as one types, pages, counts and the answers found, for the first time', typed(), 1.2);
  tellRatio('the same once more', typed(), 1.2);
  // The worst case, which no screen asks for: texts by keys at random, each page of which is decrypted for one row.
  const keys = again.store.read.all<{ sequence: number }>('SELECT sequence FROM history');
  const byKey = (side: Side, number: number) => () => {
    for (let index = 0; index < 40; index++)
      side.store.read.get(
        'SELECT * FROM history_texts WHERE sequence = ?',
        keys[((number * 40 + index) * 7919) % keys.length]?.sequence ?? 0,
      );
  };
  const apart = sessions.map((number) => turn(number, byKey(again, number), byKey(clear, number)));
  tellRatio('texts by keys at random, mostly for the first time', apart, null);
  for (const side of cold) side.store.close();
  const sizes = ['encrypted', 'plain'].map((name) => statSync(file(name)).size);
  console.log(`history: file of ${count} rows ${((sizes[0] ?? 0) / (sizes[1] ?? 1)).toFixed(2)} times the plain one`);
}

/** Three words of an answer letter by letter, each with a page and the count; the next pages, and ten of the answers found. */
function typeAndRead({ history }: Side, answer: string): void {
  const words = answer.split(' ').slice(4, 7).join(' ').replaceAll('.', '');
  for (let length = 1; length <= words.length; length++) {
    const search = words.slice(0, length);
    history.list({ search, limit: 50 });
    history.count({ search });
  }
  const search = words.split(' ')[0] ?? '';
  let after: string | undefined;
  for (let page = 0; page < 4; page++) {
    const { entries, next } = history.list({ search, limit: 50, after });
    for (const { id } of entries.slice(0, 3)) history.get(id, search);
    if (next === null) break;
    after = next;
  }
}

const none = { wall: 0, cpu: 0 };

/** Each first as often as the other. */
function turn(number: number, encrypted: () => void, plain: () => void): Turn {
  const [first, second] = timed(number % 2 === 0 ? [encrypted, plain] : [plain, encrypted]);
  const [mine, other] = number % 2 === 0 ? [first, second] : [second, first];
  return { encrypted: mine ?? none, plain: other ?? none };
}

function sideOf(store: Store): Side {
  return { store, history: createHistory({ store: () => store, changed: () => undefined, hashOf: () => null }) };
}

/** A store without a key; with the history's schema of another one when it is new. */
function openPlain(file: string, like: Store | null): Store {
  const Database: typeof Sqlite = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
  const writer = new Database(file);
  setUp(writer, 'write');
  if (like !== null) copySchema(like, (sql) => writer.exec(sql));
  const reader = new Database(file, { readonly: true });
  setUp(reader, 'read');
  const folding = createLogFolding(writer, (gate) => foldPlainBeside(file, gate));
  const [write, read] = [createStatements(writer, file, 'write'), createStatements(reader, file, 'read')];
  return {
    file,
    read,
    transaction(work) {
      const result = writer.transaction(() => work(write)).immediate();
      folding.committed();
      return result;
    },
    afterCommit: () => undefined,
    foldIn() {
      folding.settle();
      writer.pragma('wal_checkpoint(truncate)');
    },
    vacuumInto: () => undefined,
    checkIntegrity: () => undefined,
    close() {
      folding.close();
      read.close();
      write.close();
    },
  };
}

/** What `besideHost` does for a database with a key. */
function foldPlainBeside(file: string, gate: SharedArrayBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./historyPlainFold.ts', import.meta.url), { workerData: { file, gate } });
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}

function copySchema({ read }: Store, run: (sql: string) => void): void {
  const tables = read.all<{ sql: string }>(
    "SELECT sql FROM sqlite_schema WHERE name LIKE 'history%' AND sql IS NOT NULL AND name NOT LIKE 'history_index_%'",
  );
  for (const { sql } of tables) run(sql);
  for (const { k, v } of read.all<{ k: string; v: number }>('SELECT k, v FROM history_index_config'))
    if (k !== 'version') run(`INSERT INTO history_index (history_index, rank) VALUES ('${k}', ${v})`);
}
