import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
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

it('an ephemeral store is open at once, keeps no key, and leaves nothing behind', async () => {
  const { vault, audit } = vaultIn(null);
  const { folder } = vault.status();
  expect(vault.status()).toMatchObject({ state: 'unlocked', ephemeral: true, slots: [] });
  writeNote(vault, 'gone soon');
  audit.event(owner, 'test.event', {});
  expect((await audit.verify()).holds).toBe(true);
  expect(readdirSync(folder)).not.toContain('assay.keys.json');
  for (const refused of [
    () => vault.lock(),
    () => vault.create({ passphrase }),
    () => vault.changePassphrase({ current: passphrase, next: passphrase }),
    () => vault.backup({ to: folder }),
  ])
    expect((await faultOf(refused)).code).toMatch(/CONFLICT|STORE_EXISTS/);
  await vault.close();
  expect(existsSync(folder)).toBe(false);
});

it('clears away what ephemeral stores of dead processes left, and nothing else', async () => {
  const temporary = temporaryFolder('tmp');
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('TEMP', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  const living = vaultIn(null);
  onTestFinished(() => living.vault.close());
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const name of ['assay-ephemeral-dead', 'assay-ephemeral-bare', 'assay-ephemeral-young', 'another']) {
    mkdirSync(join(temporary, name));
    if (name !== 'assay-ephemeral-bare') writeFileSync(join(temporary, name, 'assay.lock'), '');
    if (!name.endsWith('young')) utimesSync(join(temporary, name), longAgo, longAgo);
  }
  utimesSync(living.vault.status().folder, longAgo, longAgo);
  const next = vaultIn(null);
  onTestFinished(() => next.vault.close());
  expect(readdirSync(temporary).sort()).toEqual(
    [living, next]
      .map(({ vault }) => basename(vault.status().folder))
      .concat('another', 'assay-ephemeral-young')
      .sort(),
  );
  expect(readNotes(living.vault)).toEqual([]);
});
