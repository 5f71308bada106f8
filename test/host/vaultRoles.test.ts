import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCallerFactory, type Gate, type Identity, router } from '../../main/base/procedure.ts';
import { createVaultRouter } from '../../main/services/vault/index.ts';
import { passphrase, temporaryFolders, vaultIn } from '../helpers/vaultFixture.ts';
import { createTestGate } from '../transport/testRouter.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;

function vaultAs() {
  const folder = join(temporaryFolder('roles'), 'data');
  const { vault, audit } = vaultIn(folder);
  onTestFinished(() => vault.close());
  const gate: Gate = { ...createTestGate().gate, requireUnlocked: () => void vault.store() };
  const callerOf = createCallerFactory(router({ vault: createVaultRouter(vault) }));
  const as = (role: Identity['role']) => callerOf({ identity: { person: role, role, home: 'browser' }, gate }).vault;
  return { folder, vault, audit, as };
}

const refused = { cause: { code: 'FORBIDDEN' } };

describe.each(['reviewer', 'auditor'] as const)('the role of %s', (role) => {
  it('creates, restores and resets nothing, whether the store is missing, locked or open', async () => {
    const { folder, vault, as } = vaultAs();
    const next = 'a passphrase of mine';
    await expect(as(role).create({ passphrase: next })).rejects.toMatchObject(refused);
    await expect(as(role).restore({ from: '/nowhere', secret })).rejects.toMatchObject(refused);
    expect(existsSync(folder)).toBe(false);
    const { recoveryCode } = await vault.create({ passphrase });
    const { path: backup } = await vault.backup({ to: temporaryFolder('to') });
    await expect(as(role).resetPassphrase({ recoveryCode, next })).rejects.toMatchObject(refused);
    await vault.lock();
    await expect(as(role).resetPassphrase({ recoveryCode, next })).rejects.toMatchObject(refused);
    await expect(as(role).restore({ from: backup, secret })).rejects.toMatchObject(refused);
    expect(vault.status().state).toBe('locked');
  });

  it('looks at the status, unlocks with the secret, and locks; the log says who', async () => {
    const { vault, audit, as } = vaultAs();
    await vault.create({ passphrase });
    expect(await as(role).status()).toMatchObject({ state: 'unlocked' });
    await as(role).lock();
    await as(role).unlock(secret);
    expect(audit.list({ limit: 2 }).map(({ person, action }) => [person, action])).toEqual([
      [role, 'vault.unlock'],
      [role, 'vault.lock'],
    ]);
  });
});

it.each(['owner', 'engineer'] as const)('the role of %s creates, resets and restores', async (role) => {
  const { vault, as } = vaultAs();
  const { recoveryCode } = await as(role).create({ passphrase });
  const { path: backup } = await as(role).backup({ to: temporaryFolder('to') });
  await as(role).resetPassphrase({ recoveryCode, next: 'another passphrase' });
  await as(role).lock();
  await as(role).restore({ from: backup, secret });
  expect(vault.status().state).toBe('unlocked');
});
