import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { faultOf, memoryKeyRing, owner, passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

it('refuses a key ring that protects nothing, and tells when it no longer knows the store', async () => {
  const folder = temporaryFolder('keyring');
  const basic = vaultIn(folder, { keyRing: memoryKeyRing('basic_text') });
  await basic.vault.create({ passphrase });
  expect(basic.vault.status().keyRing).toMatchObject({ available: false, backend: 'basic_text' });
  const refused = await faultOf(() => basic.vault.addKeyRingSlot({ passphrase }));
  expect(refused).toMatchObject({ code: 'KEY_RING_UNAVAILABLE' });
  expect(refused.message).toContain('basic_text');
  await basic.vault.close();

  const first = vaultIn(folder, { keyRing: memoryKeyRing() });
  expect((await faultOf(() => first.vault.unlock({ kind: 'os' }))).message).toContain('not kept in the key ring');
  await first.vault.unlock({ kind: 'passphrase', passphrase });
  await first.vault.addKeyRingSlot({ passphrase });
  await first.vault.close();

  const elsewhere = vaultIn(folder, { keyRing: memoryKeyRing() });
  onTestFinished(() => elsewhere.vault.close());
  expect((await faultOf(() => elsewhere.vault.unlock({ kind: 'os' }))).message).toContain('another machine');
  await elsewhere.vault.unlock({ kind: 'passphrase', passphrase });
  await elsewhere.vault.removeKeyRingSlot();
  expect(elsewhere.vault.status().slots.map(({ kind }) => kind)).toEqual(['passphrase', 'recovery']);
});

it('what a key ring sealed under a key that it has followed by a newer one is sealed anew at the next unlock', async () => {
  const folder = temporaryFolder('rotated');
  const keyRing = memoryKeyRing();
  const { vault, audit } = vaultIn(folder, { keyRing });
  onTestFinished(() => vault.close());
  await vault.create({ passphrase });
  await vault.addKeyRingSlot({ passphrase });
  const slots = () => JSON.parse(readFileSync(join(folder, 'assay.keys.json'), 'utf8')).slots;
  const [first, second, before] = slots();

  const reopened = async () => {
    await vault.lock(owner);
    await vault.unlock({ kind: 'os' }, owner);
    return slots();
  };
  expect(await reopened()).toEqual([first, second, before]);
  keyRing.rotate();
  keyRing.refuses = true;
  expect(await reopened()).toEqual([first, second, before]);
  keyRing.refuses = false;
  const [, , after] = await reopened();
  expect(after.kind).toBe('os');
  expect(after.guarded).not.toBe(before.guarded);
  expect(after.sealed).not.toBe(before.sealed);
  expect(audit.list({ limit: 2 }).map(({ action, home }) => [action, home])).toEqual([
    ['vault.renewKeyRingSlot', 'host'],
    ['vault.unlock', 'desktop'],
  ]);

  // The old key may go now.
  keyRing.forgetOld();
  expect(await reopened()).toEqual([first, second, after]);
  await vault.lock();
  await vault.unlock({ kind: 'passphrase', passphrase });
});
