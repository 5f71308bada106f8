import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
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

/** Where ephemeral stores go while the test lasts. */
function temporaryPlace(): string {
  const temporary = temporaryFolder('tmp');
  vi.stubEnv('TMPDIR', temporary);
  vi.stubEnv('TEMP', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  return temporary;
}

it('clears away what ephemeral stores of dead processes left, and nothing else', async () => {
  const temporary = temporaryPlace();
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

it('takes away the unfinished files of a dead ephemeral store at once, and nothing else that its list may name', async () => {
  const temporary = temporaryPlace();
  const place = temporaryFolder('place');
  const id = '01m8hb87rv0w2wgpjts2x8eh7d';
  const own = [`model-Q4_0.gguf.${id}.partial`, `.assay-${id}.imatrix.gguf`].map((name) => join(place, name));
  const others = ['model.gguf', 'notes.partial', `.assay-${id}.gguf`].map((name) => join(place, name));
  for (const file of [...own, ...others]) writeFileSync(file, 'half');

  const { vault } = vaultIn(null);
  vault.unfinished([...own, ...others]);
  const { folder } = vault.status();
  const dead = join(temporary, 'assay-ephemeral-dead');
  cpSync(folder, dead, { recursive: true });
  appendFileSync(join(dead, 'assay.unfinished'), '"/half a li');
  await vault.close();
  expect(readdirSync(place)).toHaveLength(5);

  // Also a store that is kept: the next Assay need not be an ephemeral one.
  const next = vaultIn(join(temporaryFolder('kept'), 'store'));
  onTestFinished(() => next.vault.close());
  expect(readdirSync(place).sort()).toEqual(others.map((file) => basename(file)).sort());
  expect(existsSync(dead)).toBe(false);
});

it('notes no unfinished file in a store that is kept, whose jobs know them', async () => {
  const folder = join(temporaryFolder('kept'), 'store');
  const { vault } = vaultIn(folder);
  onTestFinished(() => vault.close());
  await vault.create({ passphrase });
  const before = readdirSync(folder);
  vault.unfinished([join(folder, 'some.partial')]);
  expect(readdirSync(folder)).toEqual(before);
});
