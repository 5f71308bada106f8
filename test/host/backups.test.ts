import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Facts, Identity } from '../../main/base/procedure.ts';
import { createBackups } from '../../main/services/backups/index.ts';
import { openServices, passphrase } from '../helpers/openServices.ts';
import { faultOf, temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const day = 86_400_000;
const patience = { timeout: 30_000, interval: 20 };

async function openBackups() {
  const folder = temporaryFolder('backups');
  const to = join(folder, 'to');
  mkdirSync(to);
  const opened = openServices({ folder: join(folder, 'store') });
  const time = { at: Date.parse('2026-03-01T10:00:00.000Z') };
  const recorded: string[] = [];
  const backups = createBackups({
    ...opened,
    clock: { now: () => time.at },
    audit: { event: (_: Identity, action: string, __: Facts) => void recorded.push(action) },
    lookEveryMs: 10,
  });
  onTestFinished(async () => {
    await backups.close();
    await opened.close();
  });
  await opened.vault.create({ passphrase });
  const files = () => readdirSync(to).filter((name) => name.endsWith('.assay-backup'));
  return { ...opened, backups, time, to, files, recorded };
}

describe('backups on a schedule', () => {
  it('are made when due, keep as many as asked for, and touch nothing else', async () => {
    const { backups, time, to, files, recorded } = await openBackups();
    writeFileSync(join(to, 'by-hand.assay-backup'), 'mine');
    expect(backups.status()).toMatchObject({ schedule: { enabled: false, everyDays: 7, keep: 4 }, nextAt: null });
    backups.change({ folder: to, enabled: true, everyDays: 2, keep: 2 });
    await vi.waitFor(() => expect(backups.status()).toMatchObject({ isRunning: false, kept: [{}] }), patience);
    const { lastGood, nextAt } = backups.status();
    expect(lastGood).toMatchObject({ at: '2026-03-01T10:00:00.000Z', problem: null });
    expect(nextAt).toBe('2026-03-03T10:00:00.000Z');
    for (const made of [2, 3]) {
      time.at += 2 * day;
      await vi.waitFor(
        () => expect(recorded.filter((action) => action === 'backups.made')).toHaveLength(made),
        patience,
      );
      await vi.waitFor(() => expect(backups.status().isRunning).toBe(false), patience);
    }
    expect(backups.status().kept).toHaveLength(2);
    expect(files()).toHaveLength(3);
    expect(existsSync(lastGood?.path ?? '')).toBe(false);
    expect(existsSync(join(to, 'by-hand.assay-backup'))).toBe(true);
    expect(recorded).toContain('backups.removed');
  });

  it('say when one failed, as a job that failed too, and are tried again when the folder is back', async () => {
    const { backups, jobs, time, to, files } = await openBackups();
    backups.change({ folder: to });
    rmSync(to, { recursive: true });
    backups.change({ enabled: true });
    await vi.waitFor(() => expect(backups.status().last?.problem).toContain('is no folder'), patience);
    await vi.waitFor(
      () => expect(jobs.list()).toMatchObject([{ kind: 'backups.scheduled', state: 'failed' }]),
      patience,
    );
    mkdirSync(to);
    // Not at every look: a folder that is away for a day fills no log.
    expect(Date.parse(backups.status().nextAt ?? '')).toBeGreaterThan(time.at);
    time.at += day;
    await vi.waitFor(
      () => expect(backups.status()).toMatchObject({ last: { problem: null }, isRunning: false }),
      patience,
    );
    expect(files()).toHaveLength(1);
  });

  it('are due again at the next unlock, and cannot begin without a folder', async () => {
    const { backups, vault, time, to, files } = await openBackups();
    expect((await faultOf(() => backups.change({ enabled: true }))).code).toBe('BAD_INPUT');
    expect((await faultOf(() => backups.change({ folder: join(to, 'none') }))).code).toBe('BAD_INPUT');
    expect((await faultOf(() => backups.runNow())).code).toBe('CONFLICT');
    backups.change({ folder: to, enabled: true });
    await vi.waitFor(() => expect(backups.status()).toMatchObject({ isRunning: false, kept: [{}] }), patience);
    await vault.lock();
    time.at += 8 * day;
    await vault.unlock({ kind: 'passphrase', passphrase });
    await vi.waitFor(() => expect(files()).toHaveLength(2), patience);
    await vi.waitFor(() => expect(backups.status().isRunning).toBe(false), patience);
  });

  it('that someone removed count no longer: as many are kept as asked for, and the next is due by what is left', async () => {
    const { backups, time, to, files } = await openBackups();
    const elsewhere = join(to, '..', 'elsewhere');
    mkdirSync(elsewhere);
    const make = async () => {
      time.at += day;
      backups.runNow();
      await vi.waitFor(() => expect(backups.status().isRunning).toBe(false), patience);
    };
    backups.change({ folder: elsewhere, keep: 2 });
    await make();
    backups.change({ folder: to });
    await make();
    const second = backups.status().lastGood;
    await make();
    expect(files()).toHaveLength(2);
    rmSync(backups.status().lastGood?.path ?? '');
    backups.forgetRemoved();
    expect(backups.status()).toMatchObject({ last: { problem: null }, lastGood: second, kept: [second] });
    // What lies on a disk that is away is not gone.
    renameSync(elsewhere, `${elsewhere} away`);
    await make();
    expect(files()).toHaveLength(2);
    expect(backups.status().kept).toHaveLength(2);
    expect(existsSync(second?.path ?? '')).toBe(true);
    backups.change({ enabled: true, everyDays: 7 });
    for (const { path } of backups.status().kept) rmSync(path ?? '');
    await vi.waitFor(() => expect(files()).toHaveLength(1), patience);
    await vi.waitFor(() => expect(backups.status().isRunning).toBe(false), patience);
  });
});
