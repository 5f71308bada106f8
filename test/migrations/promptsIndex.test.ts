import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { migrate, migrations, openStore } from '../../main/db/index.ts';

/** Of a page of 4096 bytes 80 are salt and MAC, and a row takes 35 at least before what is longer goes to a page of its own. */
const fitsOnAPage = 4096 - 80 - 35;

it('0014: answers of before are found as before, and no page of the index needs a second one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-index-'));
  const store = openStore({ file: join(folder, 'a.db'), key: Buffer.alloc(32, 5), how: 'create' });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const to = (list: typeof migrations, how: 'create' | 'open') =>
    migrate(store, { migrations: list, how, backUp: () => undefined, now: Date.now });
  to(
    migrations.filter(({ number }) => number < 14),
    'create',
  );
  const add = (from: number) =>
    store.transaction((write) => {
      write.run("INSERT OR IGNORE INTO history_models (key, name, quantization) VALUES (1, 'm', 'F16')");
      for (let sequence = from; sequence < from + 400; sequence++) {
        const answer = Array.from({ length: 60 }, (_, index) => `word${(sequence * 31 + index * 7) % 900}`).join(' ');
        write.run(
          "INSERT INTO history (sequence, id, source, origin, place, model, state) VALUES (?, ?, 'compare', 'c', ?, 1, 'done')",
          ...[sequence, `row-${sequence}`, String(sequence)],
        );
        write.run(
          "INSERT INTO history_texts (sequence, prompt, answer, facets, settings_json) VALUES (?, 'asked', ?, 'f', '{}')",
          ...[sequence, answer],
        );
      }
    });
  const found = () => {
    const sql = 'SELECT rowid AS row FROM history_index WHERE history_index MATCH ? ORDER BY rowid';
    return ['"word7"', '"word89"*', '"w"*', '"nothing"'].map((match) => store.read.all(sql, match));
  };
  add(1);
  const before = found();
  expect(before[0]?.length).toBeGreaterThan(0);
  expect(before[2]).toHaveLength(400);
  to(migrations, 'open');
  expect(found()).toEqual(before);
  add(1001);
  expect(found()[2]).toHaveLength(800);
  store.transaction((write) => write.run("INSERT INTO history_index (history_index) VALUES ('integrity-check')"));
  const longest = 'SELECT max(length(block)) AS bytes FROM history_index_data WHERE id > 10';
  expect(store.read.get<{ bytes: number }>(longest)?.bytes).toBeLessThanOrEqual(fitsOnAPage);
});
