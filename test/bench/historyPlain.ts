import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { readingCacheKibibytes, writingCacheKibibytes } from '../../main/db/open.ts';
import { generatedRows } from './historyRows.ts';
import { type Turn, tellRatio, timed } from './historyTimes.ts';

interface PlainDatabase {
  exec(sql: string): void;
  pragma(text: string): unknown;
  prepare(sql: string): {
    run(values: object): unknown;
    get(...values: unknown[]): unknown;
    all(...values: unknown[]): unknown[];
  };
  transaction(work: () => void): () => void;
  close(): void;
}

/** The same schema, the same rows, by turns: the store as it is, and a database without a key. */
export function compareWithPlain(count: number, folder: string): void {
  const key = Buffer.alloc(32, 7);
  const store = openStore({ file: join(folder, 'encrypted.db'), key, how: 'create' });
  migrate(store, { migrations, how: 'create', backUp: () => undefined, now: Date.now });
  const Plain = createRequire(import.meta.url)('better-sqlite3-multiple-ciphers');
  const plain: PlainDatabase = new Plain(join(folder, 'plain.db'));
  for (const pragma of [
    'temp_store=memory',
    'journal_mode=wal',
    'secure_delete=on',
    'synchronous=normal',
    'foreign_keys=on',
    `cache_size=-${writingCacheKibibytes}`,
  ])
    plain.pragma(pragma);
  const schema = store.read.all<{ sql: string; name: string; type: string }>(
    "SELECT sql, name, type FROM sqlite_schema WHERE (name LIKE 'history%') AND sql IS NOT NULL AND name NOT LIKE 'history_index_%'",
  );
  for (const { sql } of schema) plain.exec(sql);
  for (const { k, v } of store.read.all<{ k: string; v: number }>('SELECT k, v FROM history_index_config'))
    if (k !== 'version') plain.exec(`INSERT INTO history_index (history_index, rank) VALUES ('${k}', ${v})`);
  for (const run of [
    (sql: string) => plain.exec(sql),
    (sql: string) => store.changeSchema((handle) => handle.script(sql)),
  ])
    run("INSERT INTO history_models (key, name, quantization) VALUES (1, 'm', 'F16')");
  const row =
    "INSERT INTO history (sequence, id, source, origin, place, model, state) VALUES (@sequence, @id, 'compare', @id, '0', 1, 'done')";
  const texts = `INSERT INTO history_texts (sequence, prompt, answer, facets, settings_json) VALUES (@sequence, @prompt, @answer, @facets, '{}')`;
  const [plainRow, plainTexts] = [plain.prepare(row), plain.prepare(texts)];
  const writes: Turn[] = [];
  const generated = [...generatedRows(count, Date.now())];
  const size = 250;
  for (let from = 0; from + size <= count; from += size) {
    const some = generated.slice(from, from + size).map(({ prompt, answer }, index) => ({
      sequence: (from + index + 1) * 16,
      id: `row-${from + index}`,
      prompt,
      answer,
      facets: '\ue0011 \ue004compare',
    }));
    const encrypted = () =>
      store.transaction((write) => {
        for (const { sequence, id, ...rest } of some) {
          write.run(row, { sequence, id });
          write.run(texts, { sequence, ...rest });
        }
      });
    const clear = plain.transaction(() => {
      for (const { sequence, id, ...rest } of some) {
        plainRow.run({ sequence, id });
        plainTexts.run({ sequence, ...rest });
      }
    });
    // By turns, and each first as often as the other.
    const turns = (from / size) % 2 === 0 ? [encrypted, clear] : [clear, encrypted];
    const [first, second] = timed(turns);
    const [one, other] = (from / size) % 2 === 0 ? [first, second] : [second, first];
    writes.push({ encrypted: one?.cpu ?? 0, plain: other?.cpu ?? 0 });
  }
  tellRatio(`inserts with index in transactions of ${size}`, writes.slice(2), 1.4);

  const one = 'SELECT * FROM history_texts WHERE sequence = ?';
  const find = 'SELECT rowid FROM history_index WHERE history_index MATCH ? ORDER BY rowid DESC LIMIT 100';
  plain.close();
  // Read by connections of their own on both sides, with caches of the same size.
  const reader: PlainDatabase = new Plain(join(folder, 'plain.db'), { readonly: true });
  reader.pragma(`cache_size=-${readingCacheKibibytes}`);
  const [plainOne, plainFind] = [reader.prepare(one), reader.prepare(find)];
  const round = (number: number): Turn => {
    const words = generated[(number * 97) % count]?.answer.split(' ') ?? [];
    const matches = [0, 7, 21].map((at) => `"${(words[at] ?? 'ka').replace('.', '')}"*`);
    const sequences = Array.from({ length: 40 }, (_, index) => (((number * 40 + index) * 7919) % count) * 16 + 16);
    const encrypted = () => {
      for (const sequence of sequences) store.read.get(one, sequence);
      for (const match of matches) store.read.all(find, match);
    };
    const clear = () => {
      for (const sequence of sequences) plainOne.get(sequence);
      for (const match of matches) plainFind.all(match);
    };
    const [first, second] = timed(number % 2 === 0 ? [encrypted, clear] : [clear, encrypted]);
    const [mine, other] = number % 2 === 0 ? [first, second] : [second, first];
    return { encrypted: mine?.cpu ?? 0, plain: other?.cpu ?? 0 };
  };
  const rounds = Array.from({ length: 300 }, (_, number) => number);
  // Most of what the first time asks for was never read before and has to be decrypted; the second time it is in the cache.
  tellRatio('first reads by key and by index', rounds.map(round), 1.2);
  tellRatio('the same reads again', rounds.map(round), 1.2);
  store.close();
  reader.close();
  const sizes = ['encrypted.db', 'plain.db'].map((name) => statSync(join(folder, name)).size);
  console.log(`history: file of ${count} rows ${((sizes[0] ?? 0) / (sizes[1] ?? 1)).toFixed(2)} times the plain one`);
}
