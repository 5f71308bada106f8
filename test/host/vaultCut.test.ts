import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { noKeyRing } from '../../main/services/vault/index.ts';
import { readKeyFile } from '../../main/services/vault/keyFile.ts';
import { openSlot } from '../../main/services/vault/slots.ts';
import { startStoreProcess } from '../helpers/childLines.ts';
import { faultOf, owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;
const log = ['assay.db-wal', 'assay.db-shm'];
const head = 'assay.audit-head.json';

/** The folder of a store whose first session was killed in the middle of its work. */
async function killedStore(): Promise<string> {
  const folder = join(temporaryFolder('cut'), 'data');
  const child = startStoreProcess(['create', folder]);
  await child.line('created');
  await child.kill();
  return folder;
}

function remove(folder: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, name), { force: true });
}

async function verdictOf(folder: string) {
  const { vault, audit } = vaultIn(folder);
  try {
    await vault.unlock(secret, owner);
    return await audit.verify();
  } finally {
    await vault.close();
  }
}

/** Puts a database with the store's own key in the place of its own, with the first so many steps of the schema. */
async function exchangeDatabase(folder: string, steps: number): Promise<void> {
  const keys = readKeyFile(join(folder, 'assay.keys.json'));
  if (!keys) throw new Error('There is no key file.');
  const { dataKey: key } = await openSlot(keys, secret, noKeyRing, folder);
  remove(folder, ['assay.db', ...log]);
  const store = openStore({ file: join(folder, 'assay.db'), key, how: 'create' });
  migrate(store, { migrations: migrations.slice(0, steps), how: 'create', backUp: () => undefined, now: Date.now });
  store.close();
}

describe('a first session that was killed', () => {
  it('has left a database that holds what it was made with, apart from its log', async () => {
    const folder = await killedStore();
    expect(statSync(join(folder, 'assay.db')).size).toBeGreaterThan(4096 * migrations.length);
    expect(await verdictOf(folder)).toMatchObject({ holds: true, broken: null, unfinished: 0 });
  });

  it.each([
    ['its log', log, 'an older database was put back'],
    ['the head beside it', [head], 'kept beside the database is missing'],
    ['its log and the head beside it', [...log, head], 'kept beside the database is missing'],
  ])('does not pass for whole without %s, then or later', async (_, names, reason) => {
    const folder = await killedStore();
    remove(folder, names);
    for (let round = 0; round < 2; round++) {
      const verdict = await verdictOf(folder);
      expect(verdict.holds).toBe(false);
      expect(verdict.broken?.reason).toContain(reason);
    }
  });
});

describe('a database that holds less than a store is made with', () => {
  it.each([[[head]], [[]]])('is damaged when it holds nothing, and is not made anew (without %j)', async (names) => {
    const folder = await killedStore();
    await exchangeDatabase(folder, 0);
    remove(folder, names);
    const fault = await faultOf(() => vaultIn(folder).vault.unlock(secret));
    expect(fault.code).toBe('STORE_DAMAGED');
    expect(fault.message).toContain('Restore a backup');
  });

  it('is a log that does not hold when the log is empty', async () => {
    const folder = await killedStore();
    await exchangeDatabase(folder, 1);
    remove(folder, [head]);
    const verdict = await verdictOf(folder);
    expect(verdict.holds).toBe(false);
    expect(verdict.broken?.reason).toContain('kept beside the database is missing');
  });

  it('is no backup when it holds nothing, and replaces nothing', async () => {
    const from = await killedStore();
    await exchangeDatabase(from, 0);
    remove(from, [head]);
    const folder = await killedStore();
    await verdictOf(folder);
    const before = readdirSync(folder).sort();
    const { vault, audit } = vaultIn(folder);
    onTestFinished(() => vault.close());
    expect((await faultOf(() => vault.restore({ from, secret }))).code).toBe('STORE_DAMAGED');
    expect(readdirSync(folder).sort()).toEqual(before);
    await vault.unlock(secret);
    expect(await audit.verify()).toMatchObject({ holds: true });
  });
});

describe('a store that was made just now', () => {
  it('has a log that holds before anything was done, also an ephemeral one', async () => {
    const kept = vaultIn(join(temporaryFolder('new'), 'data'));
    const ephemeral = vaultIn(null);
    onTestFinished(() => Promise.all([kept.vault.close(), ephemeral.vault.close()]).then(() => undefined));
    await kept.vault.create({ passphrase });
    expect(await kept.audit.verify()).toMatchObject({ holds: true, entries: 1 });
    expect(await ephemeral.audit.verify()).toMatchObject({ holds: true, entries: 0 });
  });
});
