import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations } from '../../main/db/index.ts';
import { owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const changed = 'another passphrase';

type Fixture = ReturnType<typeof vaultIn>;

function openedIn(folder: string): Fixture {
  const fixture = vaultIn(folder);
  onTestFinished(() => fixture.vault.close());
  return fixture;
}

const entries = ({ audit }: Fixture) =>
  audit
    .list({ limit: 100 })
    .filter(({ action }) => action === 'vault.keyFileExchanged')
    .map(({ facts, person }) => ({ facts, person }));

describe('an older key file in the place of the store’s own', () => {
  it('opens it, and is told in the log and in the status until a new passphrase is set', async () => {
    const folder = temporaryFolder('exchanged');
    const file = join(folder, 'assay.keys.json');
    const fixture = openedIn(folder);
    const { vault, audit } = fixture;
    const { recoveryCode } = await vault.create({ passphrase }, owner);
    const setAt = vault.status().slots.find(({ kind }) => kind === 'passphrase')?.createdAt;
    const old = readFileSync(file);
    await vault.changePassphrase({ current: passphrase, next: changed });
    await vault.renewRecoveryCode({ passphrase: changed });
    const own = readFileSync(file);
    expect(vault.status().keyFileExchangedAt).toBeNull();
    await vault.lock();

    writeFileSync(file, old);
    await vault.unlock({ kind: 'passphrase', passphrase }, owner);
    expect(entries(fixture)).toEqual([{ facts: { passphraseOf: setAt }, person: 'Assay' }]);
    const { keyFileExchangedAt } = vault.status();
    expect(keyFileExchangedAt).not.toBeNull();
    expect(await audit.verify()).toMatchObject({ holds: true });
    await vault.lock();
    expect(vault.status().keyFileExchangedAt).toBeNull();
    // The file that was told of counts from then on; what was told stays.
    await vault.unlock({ kind: 'recovery', code: recoveryCode }, owner);
    expect(entries(fixture)).toHaveLength(1);
    await vault.setLockAfter({ minutes: 60 });
    expect(vault.status().keyFileExchangedAt).toBe(keyFileExchangedAt);
    await vault.lock();

    // Whoever covers it up by putting the newer one back is told of again.
    writeFileSync(file, own);
    await vault.unlock({ kind: 'passphrase', passphrase: changed }, owner);
    expect(entries(fixture)).toHaveLength(2);
    expect(vault.status().keyFileExchangedAt).not.toBeNull();
    await vault.changePassphrase({ current: changed, next: 'a third passphrase' });
    expect(vault.status().keyFileExchangedAt).toBeNull();
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase: 'a third passphrase' }, owner);
    expect(vault.status().keyFileExchangedAt).toBeNull();
    expect(entries(fixture)).toHaveLength(2);
  });

  it('is told also when the recovery code sets a new passphrase at once', async () => {
    const folder = temporaryFolder('exchanged-reset');
    const file = join(folder, 'assay.keys.json');
    const fixture = openedIn(folder);
    const { vault } = fixture;
    const { recoveryCode } = await vault.create({ passphrase }, owner);
    const old = readFileSync(file);
    await vault.renewRecoveryCode({ passphrase });
    await vault.lock();
    writeFileSync(file, old);
    await vault.resetPassphrase({ recoveryCode, next: changed }, owner);
    expect(entries(fixture)).toHaveLength(1);
    expect(vault.status().keyFileExchangedAt).toBeNull();
  });
});

describe('nothing is told of a key file', () => {
  it('that Assay itself wrote, in whatever way, or that came with a backup', async () => {
    const folder = temporaryFolder('own');
    const fixture = openedIn(folder);
    const { vault } = fixture;
    const { recoveryCode } = await vault.create({ passphrase }, owner);
    const { path } = await vault.backup({ to: temporaryFolder('own-backup') });
    const again = async (secret: string) => {
      await vault.lock();
      await vault.unlock({ kind: 'passphrase', passphrase: secret }, owner);
    };
    await again(passphrase);
    await vault.setLockAfter({ minutes: null });
    await again(passphrase);
    await vault.changePassphrase({ current: passphrase, next: changed });
    await again(changed);
    await vault.lock();
    await vault.resetPassphrase({ recoveryCode, next: passphrase }, owner);
    await again(passphrase);
    await vault.resetPassphrase({ recoveryCode, next: changed }, owner);
    await again(changed);
    await vault.lock();
    await vault.restore({ from: path, secret: { kind: 'passphrase', passphrase } }, owner);
    await again(passphrase);
    expect(entries(fixture)).toEqual([]);
    expect(vault.status().keyFileExchangedAt).toBeNull();
  });

  it('of a store that was made before there was a record of it', async () => {
    const folder = temporaryFolder('before');
    const before = vaultIn(folder, { migrations: migrations.filter(({ number }) => number < 16) });
    await before.vault.create({ passphrase }, owner);
    await before.vault.changePassphrase({ current: passphrase, next: changed });
    await before.vault.close();
    const fixture = vaultIn(folder, { migrations });
    onTestFinished(() => fixture.vault.close());
    await fixture.vault.unlock({ kind: 'passphrase', passphrase: changed }, owner);
    expect(entries(fixture)).toEqual([]);
  });

  it('after a power cut that took all of the database but what was on the disk', async () => {
    const folder = temporaryFolder('power');
    const { vault } = openedIn(folder);
    await vault.create({ passphrase }, owner);
    await vault.changePassphrase({ current: passphrase, next: changed });
    const left = join(temporaryFolder('power-left'), 'data');
    mkdirSync(left);
    // By another process: closing the database file here would drop the locks of this one.
    const database = 'assay.db';
    const copy = "require('node:fs').copyFileSync(...process.argv.slice(1))";
    execFileSync(process.execPath, ['-e', copy, join(folder, database), join(left, database)]);
    copyFileSync(join(folder, 'assay.keys.json'), join(left, 'assay.keys.json'));
    const fixture = openedIn(left);
    await fixture.vault.unlock({ kind: 'passphrase', passphrase: changed }, owner);
    expect(entries(fixture)).toEqual([]);
    expect(fixture.vault.status().keyFileExchangedAt).toBeNull();
  });
});
