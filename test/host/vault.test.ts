import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { migrations } from '../../main/db/index.ts';
import { createSession } from '../../main/services/vault/session.ts';
import { storePaths } from '../../main/services/vault/storeFolder.ts';
import {
  faultOf,
  memoryKeyRing,
  owner,
  passphrase,
  readNotes,
  temporaryFolders,
  vaultIn,
  writeNote,
} from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

describe('the life of a store', () => {
  it('is made once, locked, and unlocked by passphrase, recovery code and key ring alike', async () => {
    const folder = join(temporaryFolder('life'), 'data');
    const { vault } = vaultIn(folder, { keyRing: memoryKeyRing() });
    onTestFinished(() => vault.close());
    expect(vault.status()).toMatchObject({ state: 'none', storeId: null, slots: [], sizeBytes: 0 });
    expect(existsSync(folder)).toBe(false);
    expect((await faultOf(() => vault.store())).code).toBe('NO_STORE');

    const { recoveryCode } = await vault.create({ passphrase }, owner);
    expect(recoveryCode).toMatch(/^([A-Z2-7]{4}-){7}[A-Z2-7]{4}$/);
    expect(vault.status()).toMatchObject({ state: 'unlocked', lockAfterMinutes: 15, ephemeral: false });
    await vault.addKeyRingSlot({ passphrase });
    expect(vault.status().slots.map(({ kind }) => kind)).toEqual(['passphrase', 'recovery', 'os']);
    writeNote(vault, 'kept');

    const sloppy = recoveryCode.toLowerCase().replaceAll('-', ' ').replaceAll('o', '0');
    for (const secret of [
      { kind: 'passphrase', passphrase },
      { kind: 'recovery', code: sloppy },
      { kind: 'os' },
    ] as const) {
      const store = vault.store();
      await vault.lock(owner);
      expect(vault.status().state).toBe('locked');
      expect((await faultOf(() => vault.store())).code).toBe('LOCKED');
      expect((await faultOf(() => store.read.all('SELECT 1'))).code).toBe('LOCKED');
      expect((await faultOf(() => store.transaction(() => 1))).code).toBe('LOCKED');
      expect(readdirSync(folder).sort()).toEqual([
        'assay.audit-head.json',
        'assay.db',
        'assay.keys.json',
        'assay.lock',
      ]);
      await vault.unlock(secret, owner);
      expect(readNotes(vault)).toEqual(['kept']);
    }
    expect((await faultOf(() => vault.create({ passphrase }))).code).toBe('STORE_EXISTS');
  });

  it('takes the same passphrase however its letters are composed', async () => {
    const { vault } = vaultIn(temporaryFolder('unicode'));
    onTestFinished(() => vault.close());
    await vault.create({ passphrase: 'Äpfel über Œuvre ﬁn' });
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase: 'Äpfel über Œuvre fin'.normalize('NFD') });
  });

  it('a new passphrase encrypts nothing anew but the key, and the old one no longer opens', async () => {
    const folder = temporaryFolder('change');
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    const { recoveryCode } = await vault.create({ passphrase });
    const key = vault.deriveKey('test');
    await vault.changePassphrase({ current: passphrase, next: 'another passphrase' });
    expect(vault.deriveKey('test')).toEqual(key);
    expect(statSync(join(folder, 'assay.keys.json')).size).toBeLessThan(2000);
    expect((await faultOf(() => vault.changePassphrase({ current: passphrase, next: 'a third one' }))).code).toBe(
      'WRONG_SECRET',
    );
    await vault.lock();
    expect((await faultOf(() => vault.unlock({ kind: 'passphrase', passphrase }))).code).toBe('WRONG_SECRET');
    await vault.resetPassphrase({ recoveryCode, next: passphrase });
    expect(vault.status().state).toBe('unlocked');
    await vault.lock();
    await vault.unlock({ kind: 'passphrase', passphrase });
  });

  it('a renewed recovery code replaces the old one', async () => {
    const { vault } = vaultIn(temporaryFolder('renew'));
    onTestFinished(() => vault.close());
    const first = await vault.create({ passphrase });
    expect((await faultOf(() => vault.renewRecoveryCode({ passphrase: 'not it at all' }))).code).toBe('WRONG_SECRET');
    const second = await vault.renewRecoveryCode({ passphrase });
    await vault.lock();
    expect((await faultOf(() => vault.unlock({ kind: 'recovery', code: first.recoveryCode }))).code).toBe(
      'WRONG_SECRET',
    );
    await vault.unlock({ kind: 'recovery', code: second.recoveryCode });
  });

  it('counts wrong secrets across processes and tells the audit log at the next unlock, with who unlocked', async () => {
    const folder = temporaryFolder('attempts');
    const first = vaultIn(folder);
    await first.vault.create({ passphrase }, owner);
    await first.vault.lock(owner);
    await faultOf(() => first.vault.unlock({ kind: 'passphrase', passphrase: 'a guess' }));
    await faultOf(() => first.vault.unlock({ kind: 'recovery', code: 'ABCD-'.repeat(8) }));
    await first.vault.close();
    const second = vaultIn(folder);
    onTestFinished(() => second.vault.close());
    await faultOf(() => second.vault.unlock({ kind: 'passphrase', passphrase: 'another guess' }));
    await second.vault.unlock({ kind: 'passphrase', passphrase }, owner);
    const [unlocked] = second.audit.list({ limit: 1 });
    expect(unlocked).toMatchObject({
      action: 'vault.unlock',
      person: 'owner',
      home: 'desktop',
      facts: { slot: 'passphrase', failedAttempts: 3 },
    });
    await second.vault.lock(owner);
    await second.vault.unlock({ kind: 'passphrase', passphrase }, owner);
    expect(second.audit.list({ limit: 10 }).map(({ action }) => action)).toEqual([
      'vault.unlock',
      'vault.lock',
      'vault.unlock',
      'vault.lock',
      'vault.create',
    ]);
    expect(second.audit.list({ limit: 1 })[0]?.facts).not.toHaveProperty('failedAttempts');
  });

  it('locks itself after idle time, waits for who is at work, and clears the keys', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let now = Date.UTC(2026, 10, 23);
    const { vault, changes } = vaultIn(temporaryFolder('idle'), { clock: { now: () => now } });
    onTestFinished(() => vault.close());
    await vault.create({ passphrase });
    await vault.setLockAfter({ minutes: 2 });
    const reasons: string[] = [];
    vault.onLocking(async (reason) => {
      expect(vault.store().read.get('SELECT 1 AS one')).toEqual({ one: 1 });
      reasons.push(reason);
    });
    const locked = new Promise<void>((resolve) => {
      changes.listen(() => vault.status().state === 'locked' && resolve());
    });
    now += 110_000;
    vault.touch();
    now += 110_000;
    vi.advanceTimersByTime(6_000);
    expect(vault.status().state).toBe('unlocked');
    let working = true;
    vault.busyWhile(() => working);
    now += 200_000;
    vi.advanceTimersByTime(6_000);
    expect(vault.status().state).toBe('unlocked');
    working = false;
    now += 110_000;
    vi.advanceTimersByTime(6_000);
    expect(vault.status().state).toBe('unlocked');
    now += 20_000;
    vi.advanceTimersByTime(6_000);
    await locked;
    expect(reasons).toEqual(['idle']);
    await vault.unlock({ kind: 'passphrase', passphrase });
    expect(vault.status().lockAfterMinutes).toBe(2);
  });

  it('a listener that fails or hangs does not keep the store open', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { vault } = vaultIn(temporaryFolder('hang'));
    onTestFinished(() => vault.close());
    await vault.create({ passphrase });
    const removeHanging = vault.onLocking(() => new Promise<void>(() => undefined));
    const locking = vault.lock();
    await vi.advanceTimersByTimeAsync(5_000);
    await locking;
    expect(vault.status().state).toBe('locked');
    removeHanging();
    await vault.unlock({ kind: 'passphrase', passphrase });
    const removeFailing = vault.onLocking(() => {
      throw new Error('cannot let go');
    });
    await expect(vault.lock()).rejects.toThrow('cannot let go');
    expect(vault.status().state).toBe('locked');
    removeFailing();
  });

  it('overwrites the data key and what was derived from it when the store is closed', async () => {
    const paths = storePaths(temporaryFolder('zero'));
    const session = createSession({ paths, ephemeral: true, changes: createChanges(), clock: systemClock, migrations });
    const dataKey = randomBytes(32);
    session.openEphemeral(dataKey, 'a store id');
    await session.close('closing', owner);
    session.stopIdleCheck();
    expect(dataKey.equals(Buffer.alloc(32))).toBe(true);
  });

  it('is readable by its owner only', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows keeps no modes; the folder has the rights of the profile');
    const folder = join(temporaryFolder('mode'), 'data');
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    await vault.create({ passphrase });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const names = readdirSync(folder);
    expect(names).toEqual(expect.arrayContaining(['assay.db', 'assay.db-wal', 'assay.keys.json', 'assay.lock']));
    for (const name of names) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    // Also where an earlier version has left the lock readable.
    await vault.lock();
    chmodSync(join(folder, 'assay.lock'), 0o644);
    await vault.unlock({ kind: 'passphrase', passphrase });
    expect(statSync(join(folder, 'assay.lock')).mode & 0o777).toBe(0o600);
  });

  it('settings that someone changed in the key file fall back to 15 minutes, and the log says so', async () => {
    const folder = temporaryFolder('settings');
    const first = vaultIn(folder);
    await first.vault.create({ passphrase });
    await first.vault.close();
    const path = join(folder, 'assay.keys.json');
    const { checksum: _, ...keys } = JSON.parse(readFileSync(path, 'utf8'));
    const { writeKeyFile } = await import('../../main/services/vault/keyFile.ts');
    writeKeyFile(path, { ...keys, settings: { ...keys.settings, lockAfterMinutes: null } });
    const second = vaultIn(folder);
    onTestFinished(() => second.vault.close());
    expect(second.vault.status().lockAfterMinutes).toBeNull();
    await second.vault.unlock({ kind: 'passphrase', passphrase });
    expect(second.vault.status().lockAfterMinutes).toBe(15);
    expect(second.audit.list({ limit: 1 })[0]?.facts).toMatchObject({ settingsReset: true });
  });
});
