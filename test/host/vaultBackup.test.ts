import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { besideHost, migrate, migrations, openStore as openDatabase } from '../../main/db/index.ts';
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

async function openStore() {
  const folder = temporaryFolder('backup');
  const fixture = vaultIn(folder);
  onTestFinished(() => fixture.vault.close());
  const { recoveryCode } = await fixture.vault.create({ passphrase }, owner);
  writeNote(fixture.vault, 'before the backup');
  return { folder, recoveryCode, ...fixture };
}

/** The longest that anybody waited for a turn of the event loop, in the best of three rounds; milliseconds. */
async function shortestWait(work: () => Promise<void>): Promise<number> {
  const waits: number[] = [];
  for (let round = 0; round < 3; round++) {
    let [longest, last, done] = [0, performance.now(), false];
    const turns = (async () => {
      while (!done) {
        await new Promise((resolve) => setImmediate(resolve));
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }
    })();
    await work();
    done = true;
    await turns;
    waits.push(longest);
  }
  return Math.min(...waits);
}

describe('backup', () => {
  it('is one file that any tar takes apart, made while the store is in use, under a name of its own in a folder', async () => {
    const { vault } = await openStore();
    const to = temporaryFolder('to');
    const named = await vault.backup({ to: join(to, 'mine.assay-backup') });
    expect(named.sizeBytes).toBe(readFileSync(named.path).length);
    const inFolder = await vault.backup({ to });
    expect(inFolder.path).toMatch(/assay-\d{4}-\d\d-\d\d-\d{6}-\d{3}\.assay-backup$/);
    expect(execFileSync('tar', ['tf', inFolder.path], { encoding: 'utf8' }).trim().split('\n')).toEqual([
      'assay.db',
      'assay.keys.json',
      'assay.audit-head.json',
    ]);
    expect(readdirSync(to)).toHaveLength(2);
  });

  it('leaves the host to others while the database is copied, and later while it is checked', {
    timeout: 120_000,
  }, async () => {
    const { vault } = await openStore();
    for (let round = 0; round < 20; round++)
      vault.store().transaction((write) => {
        for (let row = 0; row < 250; row++)
          write.run('INSERT INTO notes (text) VALUES (?)', 'a long answer '.repeat(300));
      });
    const to = temporaryFolder('to');
    const begun = performance.now();
    vault.store().vacuumInto(join(to, 'at-once.db'));
    const atOnce = performance.now() - begun;
    const backups: string[] = [];
    // The best of three: a machine that is busy with other things may hold up anybody once.
    const whileCopied = await shortestWait(async () => {
      backups.push((await vault.backup({ to: join(to, `${backups.length}.assay-backup`) })).path);
    });
    expect(whileCopied).toBeLessThan(atOnce / 2);
    const whileChecked = await shortestWait(async () => {
      await vault.lock(owner);
      await vault.restore({ from: backups[0] ?? '', secret });
    });
    expect(whileChecked).toBeLessThan(atOnce / 2);
  });

  it('takes what is committed when it begins, and what is written meanwhile harms neither it nor its log', async () => {
    const { vault, audit } = await openStore();
    const backup = vault.backup({ to: temporaryFolder('to') });
    for (let note = 0; note < 20; note++) {
      writeNote(vault, `note ${note}`);
      audit.event(owner, 'test.note', { note });
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { path } = await backup;
    const other = vaultIn(join(temporaryFolder('new'), 'data'));
    onTestFinished(() => other.vault.close());
    await other.vault.restore({ from: path, secret });
    const kept = readNotes(other.vault);
    expect(kept).toEqual([
      'before the backup',
      ...Array.from({ length: kept.length - 1 }, (_, note) => `note ${note}`),
    ]);
    expect(await other.audit.verify()).toMatchObject({ holds: true });
  });

  it('is made in the host itself where no thread can be started from the place of the app', async () => {
    const { folder } = await openStore();
    const key = Buffer.alloc(32, 1);
    const file = join(temporaryFolder('plain'), 'some.db');
    const made = openDatabase({ file, key, how: 'create' });
    migrate(made, { migrations, how: 'create', backUp: () => undefined, now: () => 0 });
    const to = join(folder, 'copy.db');
    await besideHost({ kind: 'copy', file, to }, key, join(folder, 'no-such-program.js'));
    made.close();
    const applied = await besideHost({ kind: 'check', file: to }, key, join(folder, 'no-such-program.js'));
    expect(applied).toEqual(await besideHost({ kind: 'check', file: to }, key));
    expect(applied).toHaveLength(migrations.length);
    const wrong = besideHost({ kind: 'check', file: to }, Buffer.alloc(32, 2));
    await expect(wrong).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it.skipIf(process.platform !== 'linux')(
    'says of a place that takes nothing that it is the place (skipped: such a folder is Linux’s own)',
    async () => {
      const { vault } = await openStore();
      expect(await faultOf(() => vault.backup({ to: '/sys/x.assay-backup' }))).toMatchObject({
        code: 'READ_ONLY',
        message: 'Nothing can be written in /sys, so there is no backup. Choose another place for it.',
      });
    },
  );

  it('refuses a file of another ending, one that exists, and a folder that does not', async () => {
    const { vault } = await openStore();
    const to = temporaryFolder('to');
    expect((await faultOf(() => vault.backup({ to: join(to, 'notes.txt') }))).code).toBe('BAD_INPUT');
    expect((await faultOf(() => vault.backup({ to: join(to, 'no', 'x.assay-backup') }))).code).toBe('NOT_FOUND');
    await vault.backup({ to: join(to, 'x.assay-backup') });
    expect((await faultOf(() => vault.backup({ to: join(to, 'x.assay-backup') }))).code).toBe('CONFLICT');
    expect(readdirSync(to)).toEqual(['x.assay-backup']);
  });
});

describe('restore', () => {
  it('brings back what was, keeps the replaced store beside it, and the log says so and holds', async () => {
    const { vault, audit, folder } = await openStore();
    audit.record(owner, 'test.running', {});
    const settle = audit.record(owner, 'vault.backup', {});
    const { path } = await vault.backup({ to: temporaryFolder('to') });
    settle('ok');
    writeNote(vault, 'after the backup');
    await vault.changePassphrase({ current: passphrase, next: 'another passphrase' });
    expect((await faultOf(() => vault.restore({ from: path, secret }))).code).toBe('CONFLICT');
    await vault.lock(owner);
    const { replaced } = await vault.restore({ from: path, secret }, owner);
    expect(readNotes(vault)).toEqual(['before the backup']);
    // Of what the log of the backup leaves open, its own command is known to have ended.
    expect(await audit.verify()).toMatchObject({ holds: true, unfinished: 1 });
    expect(replaced).toBe(join(folder, readdirSync(folder).find((name) => name.startsWith('replaced-')) ?? ''));
    const old = vaultIn(replaced ?? '');
    onTestFinished(() => old.vault.close());
    await old.vault.unlock({ kind: 'passphrase', passphrase: 'another passphrase' });
    expect(readNotes(old.vault)).toEqual(['before the backup', 'after the backup']);
    expect(await old.audit.verify()).toMatchObject({ holds: true });
    // The log is shorter now, and says of itself how far the replaced one had reached.
    const reached = old.audit.list({ limit: 10 }).find(({ action }) => action === 'vault.lock');
    expect(audit.list({ limit: 1 })[0]).toMatchObject({
      action: 'vault.restore',
      facts: { from: path, replaced: basename(replaced ?? ''), replacedEntries: reached?.sequence },
    });
    expect(audit.list({ limit: 1 })[0]?.facts.replacedHead).toBe(reached?.hash);
  });

  it('works into an empty folder, by the recovery code, and from a copied folder', async () => {
    const { vault, folder, recoveryCode } = await openStore();
    const { path } = await vault.backup({ to: temporaryFolder('to') });
    const first = vaultIn(join(temporaryFolder('new'), 'data'));
    onTestFinished(() => first.vault.close());
    const restored = await first.vault.restore({ from: path, secret: { kind: 'recovery', code: recoveryCode } });
    expect(restored).toEqual({ replaced: null });
    expect(readNotes(first.vault)).toEqual(['before the backup']);
    await vault.lock();
    const copy = join(temporaryFolder('copy'), 'data');
    cpSync(folder, copy, { recursive: true });
    const second = vaultIn(join(temporaryFolder('new'), 'data'));
    onTestFinished(() => second.vault.close());
    await second.vault.restore({ from: copy, secret });
    expect(readNotes(second.vault)).toEqual(['before the backup']);
    expect(await second.audit.verify()).toMatchObject({ holds: true });
  });

  it('touches nothing when the backup is missing, no backup, cut short, damaged, too new, or of another secret', async () => {
    const { vault, folder } = await openStore();
    const to = temporaryFolder('to');
    const { path } = await vault.backup({ to });
    for (let index = 0; index < 200; index++) writeNote(vault, `later ${index}`);
    await vault.lock();
    const whole = readFileSync(path);
    const broken = (name: string, bytes: Buffer | string): string => {
      writeFileSync(join(to, name), bytes);
      return join(to, name);
    };
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(512 + 4096 * 3 + 50) ^ 4, 512 + 4096 * 3 + 50);
    const cases: [string, string, string][] = [
      [join(to, 'none'), 'NOT_FOUND', passphrase],
      [broken('text', 'just a text'), 'BAD_INPUT', passphrase],
      [broken('cut', whole.subarray(0, whole.length / 2)), 'BAD_INPUT', passphrase],
      [broken('flipped', flipped), 'STORE_DAMAGED', passphrase],
      [path, 'WRONG_SECRET', 'not the one'],
      [to, 'BAD_INPUT', passphrase],
    ];
    const before = readdirSync(folder).sort();
    for (const [from, code, guess] of cases) {
      const fault = await faultOf(() => vault.restore({ from, secret: { kind: 'passphrase', passphrase: guess } }));
      expect(fault.code, from).toBe(code);
      expect(fault.message).toContain(from);
      // A wrong secret leaves its count, for the log.
      expect(
        readdirSync(folder)
          .sort()
          .filter((name) => name !== 'assay.failed-unlocks.json'),
      ).toEqual(before);
    }
    const older = vaultIn(join(temporaryFolder('old'), 'data'), { migrations: migrations.slice(0, 1) });
    onTestFinished(() => older.vault.close());
    expect((await faultOf(() => older.vault.restore({ from: path, secret }))).code).toBe('STORE_TOO_NEW');
    await vault.unlock(secret);
    expect(readNotes(vault)).toHaveLength(201);
  });

  it('that a crash cut off after the check is carried on by the next unlock; one that never came so far is cleared away', async () => {
    const { vault, folder } = await openStore();
    const { path } = await vault.backup({ to: temporaryFolder('to') });
    writeNote(vault, 'after the backup');
    await vault.lock();
    const staging = join(folder, 'restoring-abc');
    const leave = () => {
      mkdirSync(staging);
      execFileSync('tar', ['xf', path, '-C', staging]);
    };
    leave();
    await vault.unlock(secret);
    expect(existsSync(staging)).toBe(false);
    expect(readNotes(vault)).toHaveLength(2);
    await vault.lock();
    leave();
    writeFileSync(join(staging, 'restore.json'), JSON.stringify({ replaced: 'replaced-then' }));
    // The crash came after the first of the moves.
    mkdirSync(join(folder, 'replaced-then'));
    renameSync(join(folder, 'assay.db'), join(folder, 'replaced-then', 'assay.db'));
    await vault.unlock(secret);
    expect(readNotes(vault)).toEqual(['before the backup']);
    expect(readdirSync(join(folder, 'replaced-then')).sort()).toEqual([
      'assay.audit-head.json',
      'assay.db',
      'assay.keys.json',
    ]);
    expect(existsSync(staging)).toBe(false);
  });
});
