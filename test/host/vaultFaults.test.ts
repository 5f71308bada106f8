import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { writeKeyFile } from '../../main/services/vault/keyFile.ts';
import { startStoreProcess } from '../helpers/childLines.ts';
import { faultOf, passphrase, readNotes, temporaryFolders, vaultIn, writeNote } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const secret = { kind: 'passphrase', passphrase } as const;

async function lockedStore(): Promise<string> {
  const folder = temporaryFolder('fault');
  const { vault } = vaultIn(folder);
  await vault.create({ passphrase });
  for (let index = 0; index < 200; index++) writeNote(vault, `note ${index} ${'y'.repeat(300)}`);
  await vault.close();
  return folder;
}

async function unlockFault(folder: string) {
  const { vault } = vaultIn(folder);
  onTestFinished(() => vault.close());
  return faultOf(() => vault.unlock(secret));
}

/** A shell that may mount, as root or in a user namespace of its own; null where the system allows neither. */
function mounting(): readonly string[] | null {
  const flags = process.getuid?.() === 0 ? ['-m'] : ['-r', '-m'];
  const works = spawnSync('unshare', [...flags, 'sh', '-c', 'mount -t tmpfs tmpfs /tmp']).status === 0;
  return works ? ['unshare', ...flags] : null;
}

describe('each thing that goes wrong has its own sentence', () => {
  it('a wrong passphrase, and a wrong recovery code', async () => {
    const folder = await lockedStore();
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    const wrong = await faultOf(() => vault.unlock({ kind: 'passphrase', passphrase: 'not the one' }));
    expect(wrong.code).toBe('WRONG_SECRET');
    expect(wrong.message).toContain(folder);
    expect(wrong.message).toContain('Caps Lock');
    const half = await faultOf(() => vault.unlock({ kind: 'recovery', code: 'ABCD-EFGH' }));
    expect(half.message).toContain('eight groups of four');
    const other = await faultOf(() => vault.unlock({ kind: 'recovery', code: 'ABCD-'.repeat(8) }));
    expect(other.message).toContain('does not open the store');
    await vault.unlock(secret);
  });

  it('a damaged, a missing, an emptied and a too new key file, and a folder in its place', async () => {
    const folder = await lockedStore();
    const path = join(folder, 'assay.keys.json');
    const good = readFileSync(path, 'utf8');
    for (let index = 5; index < good.length; index += 97) {
      writeFileSync(path, `${good.slice(0, index)}${good[index] === 'Q' ? 'R' : 'Q'}${good.slice(index + 1)}`);
      const { code } = await unlockFault(folder);
      expect(code, `byte ${index}`).toBe('KEY_FILE_DAMAGED');
    }
    writeFileSync(path, '');
    const emptied = await unlockFault(folder);
    expect(emptied).toMatchObject({ code: 'KEY_FILE_DAMAGED' });
    expect(emptied.message).toContain('Put back a copy');
    rmSync(path);
    mkdirSync(path);
    expect(await unlockFault(folder)).toMatchObject({
      code: 'KEY_FILE_DAMAGED',
      message: expect.stringContaining(`${path} is a folder. Put back a copy`),
    });
    rmSync(path, { recursive: true });
    const missing = await unlockFault(folder);
    expect(missing).toMatchObject({ code: 'KEY_FILE_DAMAGED' });
    expect(missing.message).toContain('missing');
    expect((await faultOf(() => vaultIn(folder).vault.create({ passphrase }))).code).toBe('STORE_EXISTS');
    writeFileSync(path, good.replace('"version": 1', '"version": 2'));
    expect((await unlockFault(folder)).code).toBe('STORE_TOO_NEW');
    writeFileSync(path, good);
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    await vault.unlock(secret);
  });

  it('a lowered cost, even under a right checksum, does not open: the header is bound to the key', async () => {
    const folder = await lockedStore();
    const path = join(folder, 'assay.keys.json');
    const { checksum: _, ...keys } = JSON.parse(readFileSync(path, 'utf8'));
    for (const slot of keys.slots) if (slot.kind === 'passphrase') slot.kdf.N = 1024;
    writeKeyFile(path, keys);
    expect((await unlockFault(folder)).code).toBe('WRONG_SECRET');
  });

  it('a database that is overwritten, cut short, emptied, of another store, or missing', async () => {
    const folder = await lockedStore();
    const path = join(folder, 'assay.db');
    const kept = join(temporaryFolder('kept'), 'assay.db');
    cpSync(path, kept);
    const other = await lockedStore();
    for (const damage of [
      () => writeFileSync(path, Buffer.alloc(readFileSync(kept).length, 7)),
      () => truncateSync(path, 5000),
      () => truncateSync(path, 0),
      () => cpSync(join(other, 'assay.db'), path),
      () => rmSync(path),
    ]) {
      damage();
      const fault = await unlockFault(folder);
      expect(fault.code).toBe('STORE_DAMAGED');
      expect(fault.message).toContain('Restore a backup');
      cpSync(kept, path);
    }
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    await vault.unlock(secret);
    expect(readNotes(vault)).toHaveLength(200);
  });

  it('one flipped bit in a page is found when that page is read', async () => {
    const folder = await lockedStore();
    const path = join(folder, 'assay.db');
    const bytes = readFileSync(path);
    for (let page = 4; page < bytes.length / 4096; page++) {
      const at = page * 4096 + 1000;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    }
    writeFileSync(path, bytes);
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close().catch(() => undefined));
    const fault = await faultOf(async () => {
      await vault.unlock(secret);
      readNotes(vault);
    });
    expect(fault.code).toBe('STORE_DAMAGED');
    expect(fault.message).toContain(path);
  });

  it('a second instance, in another process and in this one; the lock of a killed one is taken over', async () => {
    const folder = await lockedStore();
    const holder = startStoreProcess(['hold', folder]);
    await holder.line('held');
    const fault = await unlockFault(folder);
    expect(fault.code).toBe('STORE_IN_USE');
    expect(fault.message).toContain(`process ${holder.pid}`);
    await holder.kill();
    // A process number that was given out again says nothing: here it is our own.
    writeFileSync(join(folder, 'assay.lock-owner.json'), JSON.stringify({ pid: process.pid, since: 'long ago' }));
    const { vault } = vaultIn(folder);
    onTestFinished(() => vault.close());
    await vault.unlock(secret);
    expect(readNotes(vault)).toHaveLength(200);
    expect((await unlockFault(folder)).code).toBe('STORE_IN_USE');
  });

  it('a folder that cannot be written', async () => {
    const folder = await lockedStore();
    const outer = temporaryFolder('shut');
    chmodSync(outer, 0o555);
    const shut = join(temporaryFolder('shutstore'), 'data');
    cpSync(folder, shut, { recursive: true });
    for (const name of readdirSync(shut)) chmodSync(join(shut, name), 0o444);
    chmodSync(shut, 0o555);
    chmodSync(join(shut, '..'), 0o755);
    onTestFinished(() => chmodSync(shut, 0o755));
    const child = startStoreProcess(['readOnly', shut, shut]);
    await child.ended;
    expect(child.errors()).toBe('');
    for (const name of ['unlock', 'create', 'open']) {
      const line = child.lines.find((one) => one.name === name);
      expect(line, JSON.stringify(child.lines)).toMatchObject({ ok: false, code: 'READ_ONLY' });
      expect(line?.message).toMatch(/permission to write|another data folder/);
    }
  });

  it('a folder that cannot be made: a file in the way, a name that is too long, a file system that takes none', async () => {
    const file = join(temporaryFolder('way'), 'file');
    writeFileSync(file, '');
    const places = [file, join(file, 'store'), join(temporaryFolder('long'), 'x'.repeat(300))];
    if (process.platform === 'linux') places.push('/proc/assay/store');
    for (const folder of places) {
      const { vault } = vaultIn(folder);
      onTestFinished(() => vault.close());
      // What every home asks first.
      expect(vault.status()).toMatchObject({ state: 'none', sizeBytes: 0 });
      expect(await faultOf(() => vault.create(secret))).toMatchObject({
        code: 'READ_ONLY',
        message: expect.stringContaining(folder),
      });
    }
  });

  it('a full disk: names the folder and the room left, loses nothing, and goes on when there is room', async (context) => {
    const within = mounting();
    if (!within) return context.skip('neither root nor user namespaces: no small disk can be made here');
    const folder = temporaryFolder('full');
    const small = join(folder, 'disk');
    mkdirSync(small);
    const script = `mount -t tmpfs -o size=5m tmpfs ${small} && head -c 1500000 /dev/zero > ${small}/ballast && exec "$@"`;
    const child = startStoreProcess(['full', small], { within: [...within, 'sh', '-c', script, 'sh'] });
    await child.ended;
    const line = (name: string) => child.lines.find((one) => one.name === name);
    expect(line('create'), child.errors()).toMatchObject({ ok: true });
    for (const name of ['fill', 'backup']) {
      expect(line(name), JSON.stringify(child.lines)).toMatchObject({ ok: false, code: 'DISK_FULL' });
      expect(line(name)?.message).toContain(small);
      expect(line(name)?.message).toMatch(/has [\d.]+ ([KM]i)?B left/);
      expect(line(name)?.message).not.toContain('.assay-backup-');
    }
    expect(line('kept')).toMatchObject({ ok: true });
    expect(Number(line('kept')?.written)).toBeGreaterThan(20);
    expect(line('after')).toMatchObject({ ok: true });
    expect(line('verdict')).toMatchObject({ ok: true });
    expect(child.errors()).toBe('');
  });

  it('a disk that fills under a comparison: the job says so, keeps every answer that was told, and goes on when there is room', async (context) => {
    const within = mounting();
    if (!within) return context.skip('neither root nor user namespaces: no small disk can be made here');
    const small = join(temporaryFolder('job'), 'disk');
    mkdirSync(small);
    const script = `mount -t tmpfs -o size=24m tmpfs ${small} && head -c 23000000 /dev/zero > ${small}/ballast && exec "$@"`;
    const child = startStoreProcess(['compare', small], { within: [...within, 'sh', '-c', script, 'sh'] });
    await child.ended;
    const line = (name: string) => child.lines.find((one) => one.name === name);
    expect(line('job'), child.errors()).toMatchObject({ state: 'failed', code: 'DISK_FULL' });
    expect(line('job')?.message).toContain(small);
    expect(line('kept')).toMatchObject({ ok: true });
    expect(Number(line('kept')?.acknowledged)).toBeGreaterThan(0);
    expect(line('after'), JSON.stringify(child.lines)).toMatchObject({ state: 'done', done: 200 });
    expect(child.errors()).toBe('');
  });

  it('creating on a disk that is full leaves nothing half made', async (context) => {
    const within = mounting();
    if (!within) return context.skip('neither root nor user namespaces: no small disk can be made here');
    const small = join(temporaryFolder('tight'), 'disk');
    mkdirSync(small);
    const script = `mount -t tmpfs -o size=60k tmpfs ${small} && "$@"; ls ${small} | sed 's/.*/{"name":"left","file":"&"}/'`;
    const child = startStoreProcess(['full', small], { within: [...within, 'sh', '-c', script, 'sh'] });
    await child.ended;
    expect(child.lines.find(({ name }) => name === 'create')).toMatchObject({ ok: false, code: 'DISK_FULL' });
    const left = child.lines.filter(({ name }) => name === 'left').map(({ file }) => file);
    expect(left.filter((file) => file !== 'assay.lock')).toEqual([]);
    expect(existsSync(join(small, 'assay.db'))).toBe(false);
  });
});
