import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../main/db/index.ts';
import { startStoreProcess } from '../helpers/childLines.ts';
import { passphrase, readNotes, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

describe('kill -9 in the middle of writing', () => {
  it('loses nothing that was acknowledged, leaves a whole database and a log that holds, round after round', async () => {
    const folder = temporaryFolder('crash');
    const first = vaultIn(folder);
    await first.vault.create({ passphrase });
    await first.vault.close();
    const acknowledged: string[] = [];
    for (let round = 0; round < 6; round++) {
      const child = startStoreProcess(['write', folder, `round${round}`]);
      await child.line('acknowledged');
      await wait(40 + 60 * round);
      await child.kill();
      acknowledged.push(...child.lines.map(({ text }) => String(text)));
      const { vault, audit } = vaultIn(folder);
      onTestFinished(() => vault.close());
      await vault.unlock({ kind: 'passphrase', passphrase });
      const kept = new Set(readNotes(vault).map((text) => text.split(' x')[0]));
      expect(acknowledged.filter((text) => !kept.has(text))).toEqual([]);
      // At most the one write whose acknowledgement the kill cut off, a round.
      expect(kept.size - acknowledged.length).toBeLessThanOrEqual(round + 1);
      const verdict = await audit.verify();
      expect(verdict).toMatchObject({ holds: true, broken: null });
      expect(verdict.unfinished).toBeLessThanOrEqual(round + 1);
      vault.store().checkIntegrity();
      await vault.close();
    }
    expect(acknowledged.length).toBeGreaterThan(50);
  }, 60_000);

  it('a transaction is whole or not at all, and a savepoint gives back only its own', () => {
    const file = join(temporaryFolder('transaction'), 'a.db');
    const store = openStore({ file, key: Buffer.alloc(32, 7), how: 'create' });
    onTestFinished(() => store.close());
    store.changeSchema((schema) => schema.script('CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT'));
    const after: string[] = [];
    expect(() =>
      store.transaction((write) => {
        write.run('INSERT INTO t VALUES (1)');
        store.afterCommit(() => after.push('never'));
        throw new Error('no');
      }),
    ).toThrow('no');
    store.transaction((write) => {
      write.run('INSERT INTO t VALUES (2)');
      store.afterCommit(() => after.push('outer'));
      expect(() =>
        store.transaction((inner) => {
          inner.run('INSERT INTO t VALUES (3)');
          store.afterCommit(() => after.push('inner'));
          throw new Error('undone');
        }),
      ).toThrow('undone');
      expect(write.all('SELECT n FROM t')).toEqual([{ n: 2 }]);
      expect(store.read.all('SELECT n FROM t')).toEqual([]);
      expect(after).toEqual([]);
    });
    expect(after).toEqual(['outer']);
    expect(store.read.all('SELECT n FROM t')).toEqual([{ n: 2 }]);
    expect(() => store.transaction(async () => undefined)).toThrow('promise');
  });
});
