import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeKeyFile } from '../../main/services/vault/keyFile.ts';
import {
  faultOf,
  owner,
  passphrase,
  readNotes,
  temporaryFolders,
  vaultIn,
  writeNote,
} from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;

/** A locked store with one note, and a backup of it. */
async function lockedStore() {
  const folder = temporaryFolder('hostile');
  const fixture = vaultIn(folder);
  onTestFinished(() => fixture.vault.close());
  await fixture.vault.create({ passphrase }, owner);
  writeNote(fixture.vault, 'kept');
  const { path: backup } = await fixture.vault.backup({ to: temporaryFolder('to') });
  await fixture.vault.lock(owner);
  return { folder, backup, ...fixture };
}

describe('a restore as a way to guess', () => {
  it('counts each wrong secret, and the log tells of them with the next unlock', async () => {
    const { folder, backup, vault, audit } = await lockedStore();
    for (const wrong of [
      { kind: 'passphrase', passphrase: 'a guess' },
      { kind: 'recovery', code: 'AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA' },
    ] as const) {
      const fault = await faultOf(() => vault.restore({ from: backup, secret: wrong }));
      expect(fault.code).toBe('WRONG_SECRET');
      expect(fault.message).toContain(`the backup ${backup}`);
    }
    expect(JSON.parse(readFileSync(join(folder, 'assay.failed-unlocks.json'), 'utf8'))).toMatchObject({ count: 2 });
    await vault.unlock(secret, owner);
    expect(audit.list({ limit: 1 })[0]).toMatchObject({ action: 'vault.unlock', facts: { failedAttempts: 2 } });
  });

  it('counts them also where there is no store yet, and tells of them with the restore', async () => {
    const { backup } = await lockedStore();
    const { vault, audit } = vaultIn(join(temporaryFolder('empty'), 'data'));
    onTestFinished(() => vault.close());
    await faultOf(() => vault.restore({ from: backup, secret: { kind: 'passphrase', passphrase: 'a guess' } }));
    await vault.restore({ from: backup, secret }, owner);
    expect(audit.list({ limit: 1 })[0]).toMatchObject({ action: 'vault.restore', facts: { failedAttempts: 1 } });
  });

  it('does not take the store for a backup of itself, by whatever path, nor the files that it holds open', async () => {
    const { folder, vault } = await lockedStore();
    const link = join(temporaryFolder('link'), 'elsewhere');
    symlinkSync(folder, link, 'junction');
    const own = ['assay.db', 'assay.lock', 'assay.keys.json'].map((name) => join(folder, name));
    for (const from of [
      folder,
      `${folder}/../${folder.split(/[\\/]/).at(-1)}/`,
      link,
      join(link, 'assay.lock'),
      ...own,
    ]) {
      const fault = await faultOf(() => vault.restore({ from, secret }));
      expect(fault.code, from).toBe('BAD_INPUT');
      expect(fault.message).toContain('is the store itself');
    }
    await vault.unlock(secret);
    expect(readNotes(vault)).toEqual(['kept']);
  });

  it('takes a backup that lies in the data folder', async () => {
    const { folder, vault } = await lockedStore();
    await vault.unlock(secret);
    const { path } = await vault.backup({ to: join(folder, 'assay.assay-backup') });
    await vault.lock();
    await vault.restore({ from: path, secret });
    expect(readNotes(vault)).toEqual(['kept']);
    expect(existsSync(path)).toBe(true);
  });
});

describe('a planted key file', () => {
  it.each([
    { N: 2 ** 21 },
    { N: 2 ** 22 },
    { N: 2 ** 12 + 1 },
    { N: 2 ** 9 },
    { r: 32 },
    { r: 1 },
    { p: 16 },
    { p: 2 },
  ])(
    'that asks for the cost %j, under a right checksum, is damaged before anything is derived from it',
    async (cost) => {
      const { folder, vault } = await lockedStore();
      const path = join(folder, 'assay.keys.json');
      const { checksum: _, ...keys } = JSON.parse(readFileSync(path, 'utf8'));
      for (const slot of keys.slots) if (slot.kind === 'passphrase') Object.assign(slot.kdf, cost);
      writeKeyFile(path, keys);
      const fault = await faultOf(() => vault.unlock(secret));
      expect(fault.code).toBe('KEY_FILE_DAMAGED');
      expect(fault.message).toContain('Put back a copy of it');
    },
  );
});
