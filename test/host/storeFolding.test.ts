import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { besideHost, openStore } from '../../main/db/index.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const key = Buffer.alloc(32, 7);

function openNotes(folder: string, beside?: typeof besideHost) {
  const file = join(folder, 'notes.db');
  const store = openStore({ file, key, how: 'create', beside });
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

const megabyte = 'x'.repeat(1_000_000);
/** Rows of a megabyte whose pages are more than 48 MiB of log. */
const longLogRows = 52;
const passed = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Notes with a log that is so long that a thread is asked for; `folding` ends with it. */
function longLog() {
  const folds = { count: 0 };
  const { promise: folding, resolve: ended } = Promise.withResolvers<void>();
  let state = new Int32Array(new SharedArrayBuffer(8));
  const notes = openNotes(temporaryFolder('folding'), async (task, dataKey) => {
    folds.count++;
    if (task.kind === 'fold') state = new Int32Array(task.gate);
    const applied = await besideHost(task, dataKey);
    ended();
    return applied;
  });
  notes.store.transaction((handle) => {
    for (let index = 0; index < longLogRows; index++) handle.run('INSERT INTO notes VALUES (?)', megabyte);
  });
  /** Until the thread has the database open and is at it. */
  const begun = async () => {
    await expect.poll(() => state[0], { interval: 1 }).toBe(1);
    await passed(30);
  };
  return { ...notes, folding, folds, begun };
}

it('what was committed is in the file itself once there was a pause, without anyone asking for it', async () => {
  const { write, inFile } = openNotes(temporaryFolder('folding'));
  write('one');
  expect(inFile()).toEqual([]);
  await expect.poll(inFile, { timeout: 20_000, interval: 200 }).toEqual(['one']);
  write('two');
  await expect.poll(inFile, { timeout: 20_000, interval: 200 }).toEqual(['one', 'two']);
});

describe('a long log', () => {
  it('is folded in beside the host while writing goes on without a pause, and then begins anew', async () => {
    const { folding, folds, ...notes } = longLog();
    let written = 0;
    let ended = false;
    void folding.then(() => {
      ended = true;
    });
    while (!ended) {
      notes.write(`while it folds ${written++}`);
      await passed(1);
    }
    await passed(1);
    notes.write('after it');
    // Written over from its beginning: what is in the file alone is all but the last.
    expect(notes.inFile()).toHaveLength(longLogRows + written);
    expect(folds.count).toBe(1);
  });

  it('is folded in beside the host in a pause too, before it is as long as that', async () => {
    const folds = { count: 0 };
    const { write, inFile } = openNotes(temporaryFolder('folding'), async (task, dataKey) => {
      folds.count++;
      return besideHost(task, dataKey);
    });
    for (let index = 0; index < 10; index++) write(megabyte);
    expect(folds.count).toBe(0);
    await expect.poll(() => inFile().length, { timeout: 20_000, interval: 200 }).toBe(10);
    expect(folds.count).toBe(1);
  });

  it.each(['before it has begun', 'while it is at it'])(
    'is whole in the file when the store is closed after a thread was asked for, %s',
    async (when) => {
      const { folding, store, file, inFile, begun } = longLog();
      if (when === 'while it is at it') await begun();
      store.close();
      expect(existsSync(`${file}-wal`)).toBe(false);
      expect(inFile()).toHaveLength(longLogRows);
      await folding;
    },
  );

  it('that a thread folds in is empty at once for who asks for that', async () => {
    const { folding, store, file, inFile, begun } = longLog();
    await begun();
    store.foldIn();
    expect(statSync(`${file}-wal`).size).toBe(0);
    expect(inFile()).toHaveLength(longLogRows);
    await folding;
  });

  it('stays within its bound when there is no thread to be had', () => {
    const { file, store, write } = openNotes(temporaryFolder('folding'), () => Promise.reject(new Error('no thread')));
    for (let index = 0; index < 200; index++) write(megabyte);
    expect(statSync(`${file}-wal`).size).toBeLessThan(144 * 2 ** 20);
    expect(store.read.get('SELECT count(*) AS count FROM notes')).toEqual({ count: 200 });
  });
});

it('a store that was closed is not folded in any more', async () => {
  const { write, store } = openNotes(temporaryFolder('folding'));
  write('one');
  store.close();
  await passed(1300);
  expect(() => store.read.get('SELECT 1')).toThrow('locked');
});
