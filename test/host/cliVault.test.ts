import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';
import { auditVerdict } from '../../preload/contract/audit.ts';
import { vaultStatus } from '../../preload/contract/vault.ts';
import { type Ended, filesBelow, runCommand, temporaryFolder } from '../helpers/command.ts';

const passphrase = 'correct horse battery staple';
const environment = { ASSAY_PASSPHRASE: passphrase };

function documentOf(ended: Ended, code = 0) {
  expect(ended.code, ended.stderr).toBe(code);
  return JSON.parse(ended.stdout);
}

async function createStore(folder: string): Promise<{ folder: string; storeId: string; recoveryCode: string }> {
  return documentOf(await runCommand(['vault', 'create', '--data-dir', folder, '--json'], { environment }));
}

describe('assay vault and audit', { timeout: 300_000 }, () => {
  it('create → backup → restore elsewhere → audit verify: the log holds, under the same passphrase', async () => {
    const folder = temporaryFolder();
    const created = await createStore(join(folder, 'store'));
    expect(created.folder).toBe(join(folder, 'store'));
    expect(created.recoveryCode).toMatch(/^(?:[a-z2-7]{4}-){7}[a-z2-7]{4}$/i);

    mkdirSync(join(folder, 'backups'));
    const backup = documentOf(
      await runCommand(['vault', 'backup', join(folder, 'backups'), '--data-dir', join(folder, 'store'), '--json'], {
        environment,
      }),
    );
    expect(statSync(backup.path).size).toBe(backup.sizeBytes);

    const restored = documentOf(
      await runCommand(['vault', 'restore', backup.path, '--data-dir', join(folder, 'other'), '--json'], {
        environment,
      }),
    );
    expect(restored).toEqual({ folder: join(folder, 'other'), storeId: created.storeId, replaced: null });

    const verdict = auditVerdict.parse(
      documentOf(await runCommand(['audit', 'verify', '--data-dir', join(folder, 'other'), '--json'], { environment })),
    );
    expect(verdict).toMatchObject({ holds: true, broken: null, unfinished: 0 });
    expect(verdict.entries).toBeGreaterThan(2);

    const again = ['vault', 'restore', backup.path, '--data-dir', join(folder, 'other')];
    const { stdout } = await runCommand(again, { environment });
    const [kept = ''] = readdirSync(join(folder, 'other')).filter((name) => name.startsWith('replaced-'));
    expect(stdout).toContain(`The store that was there is kept in ${join(folder, 'other', kept)}\n`);
  });

  it('restore by the recovery code, for who has lost the passphrase', async () => {
    const folder = temporaryFolder();
    const { recoveryCode } = await createStore(join(folder, 'store'));
    const target = join(folder, 'copy.assay-backup');
    expect(
      (await runCommand(['vault', 'backup', target, '--data-dir', join(folder, 'store')], { environment })).code,
    ).toBe(0);
    const ended = await runCommand(
      ['vault', 'restore', target, '--recovery-code', '--data-dir', join(folder, 'other')],
      {
        environment: { ASSAY_RECOVERY_CODE: recoveryCode },
      },
    );
    expect(ended.code, ended.stderr).toBe(0);
  });

  it('a log in which one entry was changed does not hold: exit code 1, and which entry', async () => {
    const folder = temporaryFolder();
    await createStore(folder);
    const vault = createVault({ folder, keyRing: noKeyRing, changes: createChanges(), clock: systemClock });
    await vault.unlock({ kind: 'passphrase', passphrase });
    vault.store().transaction((write) => {
      const { changes } = write.run(
        "UPDATE audit_chain SET entry = replace(entry, 'vault.', 'fault.') WHERE sequence = 1",
      );
      expect(changes).toBe(1);
    });
    await vault.close();

    const json = await runCommand(['audit', 'verify', '--data-dir', folder, '--json'], { environment });
    expect(auditVerdict.parse(documentOf(json, 1))).toMatchObject({ holds: false, broken: { sequence: 1 } });
    const human = await runCommand(['audit', 'verify', '--data-dir', folder], { environment });
    expect(human).toMatchObject({ code: 1, stdout: expect.stringContaining('does not hold at entry 1') });
  });

  it('a wrong passphrase: exit code 2 and a sentence', async () => {
    const folder = temporaryFolder();
    await createStore(folder);
    const ended = await runCommand(['audit', 'verify', '--data-dir', folder, '--json'], {
      environment: { ASSAY_PASSPHRASE: 'something else altogether' },
    });
    expect(documentOf(ended, 2).error.code).toBe('WRONG_SECRET');
    expect(ended.stderr).toMatch(/^assay: .*passphrase.*\.\n$/);
  });

  it('a passphrase that is too short, or a store that is there already: exit code 2, and nothing is changed', async () => {
    const folder = temporaryFolder();
    const short = await runCommand(['vault', 'create', '--data-dir', folder], {
      environment: { ASSAY_PASSPHRASE: 'short' },
    });
    expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('8 characters') });
    expect(filesBelow(folder)).toEqual([]);

    await createStore(folder);
    const keys = readFileSync(join(folder, 'assay.keys.json'));
    const again = await runCommand(['vault', 'create', '--data-dir', folder, '--json'], { environment });
    expect(documentOf(again, 2).error.code).toBe('STORE_EXISTS');
    expect(readFileSync(join(folder, 'assay.keys.json'))).toEqual(keys);
  });

  it('a damaged store: exit code 3 and a sentence', async () => {
    const folder = temporaryFolder();
    await createStore(folder);
    writeFileSync(join(folder, 'assay.db'), Buffer.alloc(8192, 7));
    const ended = await runCommand(['audit', 'verify', '--data-dir', folder, '--json'], { environment });
    expect(documentOf(ended, 3).error.code).toBe('STORE_DAMAGED');
  });

  it('a file where the data folder should be: exit code 3, and which', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'store')]) {
      const ended = await runCommand(['vault', 'create', '--data-dir', folder, '--json'], { environment });
      expect(documentOf(ended, 3).error.code).toBe('READ_ONLY');
      expect(ended.stderr).toContain(`The folder ${folder} cannot be made`);
    }
  });

  it('status needs no passphrase, tells none from locked, and makes nothing', async () => {
    const folder = temporaryFolder();
    const none = await runCommand(['vault', 'status', '--data-dir', join(folder, 'store'), '--json']);
    expect(vaultStatus.parse(documentOf(none)).state).toBe('none');
    expect(filesBelow(folder)).toEqual([]);
    await createStore(join(folder, 'store'));
    const locked = await runCommand(['vault', 'status', '--data-dir', join(folder, 'store'), '--json']);
    expect(vaultStatus.parse(documentOf(locked)).state).toBe('locked');
  });

  it('ASSAY_DATA_DIR names the folder, and --data-dir wins over it', async () => {
    const folder = temporaryFolder();
    const byEnvironment = await runCommand(['vault', 'status', '--json'], {
      environment: { ASSAY_DATA_DIR: join(folder, 'a') },
    });
    expect(documentOf(byEnvironment).folder).toBe(join(folder, 'a'));
    const byOption = await runCommand(['vault', 'status', '--json', '--data-dir', join(folder, 'b')], {
      environment: { ASSAY_DATA_DIR: join(folder, 'a') },
    });
    expect(documentOf(byOption).folder).toBe(join(folder, 'b'));
  });
});
