import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../main/db/index.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const key = Buffer.alloc(32, 7);

function openNotes(folder: string) {
  const file = join(folder, 'notes.db');
  const store = openStore({ file, key, how: 'create' });
  onTestFinished(() => store.close());
  store.changeSchema((schema) => schema.script('CREATE TABLE notes (text TEXT NOT NULL) STRICT'));
  const write = (text: string) => store.transaction((handle) => handle.run('INSERT INTO notes VALUES (?)', text));
  /** What is in the file alone, without the log beside it. */
  const inFile = () => {
    const copy = join(folder, `copy-${performance.now()}.db`);
    copyFileSync(file, copy);
    const other = openStore({ file: copy, key, how: 'open' });
    try {
      return other.read.all<{ text: string }>('SELECT text FROM notes').map(({ text }) => text);
    } catch {
      return []; // Not even the table is in it yet.
    } finally {
      other.close();
    }
  };
  return { file, store, write, inFile };
}

it('what was committed is in the file itself once there was a pause, without anyone asking for it', async () => {
  const { write, inFile } = openNotes(temporaryFolder('folding'));
  write('one');
  expect(inFile()).toEqual([]);
  await expect.poll(inFile, { timeout: 20_000, interval: 200 }).toEqual(['one']);
  write('two');
  await expect.poll(inFile, { timeout: 20_000, interval: 200 }).toEqual(['one', 'two']);
});

it('without a pause the log stays within its bound', () => {
  const { file, write, store } = openNotes(temporaryFolder('folding'));
  const text = 'x'.repeat(1_000_000);
  for (let index = 0; index < 150; index++) write(text);
  expect(statSync(`${file}-wal`).size).toBeLessThan(72 * 2 ** 20);
  expect(store.read.get('SELECT count(*) AS count FROM notes')).toEqual({ count: 150 });
});

it('a store that was closed is not folded in any more', async () => {
  const { write, store } = openNotes(temporaryFolder('folding'));
  write('one');
  store.close();
  await new Promise((resolve) => setTimeout(resolve, 1300));
  expect(() => store.read.get('SELECT 1')).toThrow('locked');
});
