import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { markOf } from '../../main/base/fileMark.ts';
import { newId } from '../../main/base/ids.ts';
import type { Facts, Identity } from '../../main/base/procedure.ts';
import { insertDownload } from '../../main/services/downloads/downloads.queries.ts';
import { createStorage } from '../../main/services/storage/index.ts';
import { openServices, passphrase } from '../helpers/openServices.ts';
import { faultOf, owner, temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

async function openStorage(isBusy = () => false) {
  const outside = temporaryFolder('storage');
  const folder = join(outside, 'store');
  const opened = openServices({ folder });
  onTestFinished(() => opened.close());
  await opened.vault.create({ passphrase });
  const recorded: Facts[] = [];
  const backup = join(outside, 'scheduled.assay-backup');
  /** Whether the backup was there each time the schedule was told that something went. */
  const told: boolean[] = [];
  const storage = createStorage({
    ...opened,
    jobs: { isBusy },
    audit: { event: (_: Identity, __: string, facts: Facts) => void recorded.push(facts) },
    backups: { keptFiles: () => [backup], forgetRemoved: () => void told.push(existsSync(backup)) },
    folders: { models: join(folder, 'models'), sampleLadder: join(folder, 'sample-ladder') },
  });
  const put = (path: string, bytes: number) => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, Buffer.alloc(bytes));
    return path;
  };
  /** As a download is written down. */
  const wrote = (path: string, sizeBytes: number) =>
    opened.vault.store().transaction((write) =>
      insertDownload(write, {
        id: path,
        at: new Date().toISOString(),
        repository: 'org/tiny',
        revision: 'a'.repeat(40),
        file: 'tiny.gguf',
        path,
        sizeBytes,
        sha256: 'b'.repeat(64),
        licence: null,
        host: 'hub.example',
      }),
    );
  return { ...opened, storage, wrote, folder, outside, put, backup, told, recorded };
}

describe('what is stored', () => {
  it('is listed by kind with its size, and only what can go goes, each with an entry in the log', async () => {
    const { storage, folder, outside, put, wrote, backup, told, recorded } = await openStorage();
    const model = put(join(folder, 'models/org/tiny', 'tiny.gguf'), 5000);
    wrote(model, 5000);
    const part = put(join(folder, 'models', 'big.gguf.0123456789ab.part'), 3000);
    const ladder = put(join(folder, 'sample-ladder', 'Q2_K.gguf'), 400);
    put(join(folder, 'replaced-2026-03-01-101112-013', 'assay.db'), 700);
    put(join(folder, 'backups', 'before-0009-network-ledger-2026-03-01-101112-013', 'assay.db'), 800);
    put(backup, 900);
    const foreign = put(join(folder, 'notes of mine.txt'), 10_000);
    const used = await storage.used();
    const kindsOf = new Map(used.items.map(({ path, kind }) => [path, kind]));
    expect(kindsOf.get(folder)).toBe('store');
    expect(kindsOf.get(model)).toBe('models');
    expect(kindsOf.get(part)).toBe('left over');
    expect(kindsOf.get(backup)).toBe('backups');
    expect(kindsOf.has(foreign)).toBe(false);
    expect(used.items).toHaveLength(7);
    expect(used.removableBytes).toBe(5000 + 3000 + 400 + 700 + 800 + 900);
    expect(used.totalBytes).toBeGreaterThan(used.removableBytes);
    expect(used.freeBytes).toBeGreaterThan(0);

    const done = await storage.remove([model, ladder, backup, folder, foreign, join(outside, 'nowhere')], owner);
    expect(done).toMatchObject({ count: 3, freedBytes: 6300, kept: [{ path: folder }] });
    expect([model, ladder, backup].some((path) => existsSync(path))).toBe(false);
    expect(told).toEqual([false]);
    expect(existsSync(foreign)).toBe(true);
    expect(recorded.map(({ path }) => path).sort()).toEqual([backup, model, ladder].sort());
    expect((await storage.used()).removableBytes).toBe(3000 + 700 + 800);
  });

  it('stays while jobs run', async () => {
    const { storage, folder, put, wrote } = await openStorage(() => true);
    const model = put(join(folder, 'models', 'tiny.gguf'), 10);
    wrote(model, 10);
    expect((await faultOf(() => storage.remove([model], owner))).code).toBe('CONFLICT');
    expect(existsSync(model)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')('follows no link', async () => {
    const { storage, folder, outside, put } = await openStorage();
    const mine = put(join(outside, 'mine', 'model.gguf'), 5000);
    mkdirSync(join(folder, 'models'));
    symlinkSync(join(outside, 'mine'), join(folder, 'models', 'linked'));
    const linked = (await storage.used()).items.find(({ name }) => name === 'linked');
    expect(linked?.sizeBytes).toBe(0);
    expect(await storage.remove([linked?.id ?? ''], owner)).toMatchObject({ count: 0, freedBytes: 0 });
    expect(existsSync(mine)).toBe(true);
  });

  it('of the models folder only what Assay wrote can go, and not what another put in its place', async () => {
    const { storage, folder, put, wrote } = await openStorage();
    const place = (name: string) => join(folder, 'models/org/tiny', name);
    const downloaded = put(place('downloaded.gguf'), 50);
    wrote(downloaded, 50);
    const replaced = put(place('replaced.gguf'), 60);
    wrote(replaced, 61);
    const mine = put(place('mine.gguf'), 70);
    const items = (await storage.used()).items.filter(({ kind }) => kind === 'models');
    expect(new Map(items.map(({ path, removable }) => [path, removable]))).toEqual(
      new Map([
        [downloaded, true],
        [replaced, false],
        [mine, false],
      ]),
    );
    expect(items.find(({ path }) => path === mine)?.about).toContain('Not written by Assay');
    const done = await storage.remove([downloaded, replaced, mine], owner);
    expect(done).toMatchObject({ count: 1, freedBytes: 50 });
    expect(done.kept.map(({ path }) => path).sort()).toEqual([mine, replaced]);
    expect([downloaded, replaced, mine].map((path) => existsSync(path))).toEqual([false, true, true]);
  });

  it('elsewhere, base files of runs and quantizations, can go as long as they are what Assay wrote', async () => {
    const { storage, vault, outside, put, recorded } = await openStorage();
    const place = (name: string) => put(join(outside, 'mine', name), 80);
    const [base, replaced, unmarked] = [place('base.bin'), place('replaced.bin'), place('unmarked.bin')];
    const never = place('never written.bin');
    const [quantized, changed] = [place('tiny-Q4_K_M.gguf'), place('tiny-Q8_0.gguf')];
    vault.store().transaction((write) => {
      const ran = (file: string, facts: object) =>
        write.run(
          `INSERT INTO divergence_runs (id, created_at, settings_json, columns_json, text_kind, text_name, facts_json)
           VALUES (?, '2026-11-01', ?, '[]', 'sample', 'sample', ?)`,
          newId(),
          JSON.stringify({ base: { file, use: 'write' } }),
          JSON.stringify(facts),
        );
      ran(base, { baseWritten: true, baseMark: markOf(base) });
      ran(replaced, { baseWritten: true, baseMark: markOf(replaced) });
      ran(unmarked, { baseWritten: true });
      ran(never, { baseWritten: false });
      for (const [file, sizeBytes] of [[quantized, 80] as const, [changed, 81] as const])
        write.run(
          "INSERT INTO quantizations (file, created_at, sha256, facts_json) VALUES (?, '2026-11-01', '', ?)",
          file,
          JSON.stringify({ sizeBytes }),
        );
    });
    writeFileSync(replaced, Buffer.alloc(80, 1));
    const items = (await storage.used()).items.filter(({ path }) => path.startsWith(join(outside, 'mine')));
    expect(new Map(items.map(({ path, removable }) => [path, removable]))).toEqual(
      new Map([
        [base, true],
        [replaced, false],
        [unmarked, false],
        [quantized, true],
        [changed, false],
      ]),
    );
    const done = await storage.remove([base, replaced, unmarked, never, quantized, changed], owner);
    expect(done).toMatchObject({ count: 2, freedBytes: 160 });
    expect(done.kept).toHaveLength(3);
    expect([base, quantized].some((path) => existsSync(path))).toBe(false);
    expect([replaced, unmarked, never, changed].every((path) => existsSync(path))).toBe(true);
    expect(recorded.map(({ path }) => path).sort()).toEqual([base, quantized].sort());

    // What nobody can tell goes for whoever says its name; what is known to be another's never does.
    const byName = (path: string, name: string) => faultOf(() => storage.removeByName(path, name, owner));
    expect((await byName(unmarked, 'unmarked')).code).toBe('BAD_INPUT');
    expect((await byName(replaced, 'replaced.bin')).code).toBe('NOT_FOUND');
    expect((await byName(never, 'never written.bin')).code).toBe('NOT_FOUND');
    expect(await storage.removeByName(unmarked, 'unmarked.bin', owner)).toMatchObject({ count: 1, freedBytes: 80 });
    expect([replaced, unmarked, never].map((path) => existsSync(path))).toEqual([true, false, true]);
    expect(recorded.at(-1)).toMatchObject({ path: unmarked, kind: 'base files' });
  });
});
