import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportEvent } from '../../preload/contract/models.ts';
import type { GgufValue } from '../helpers/ggufFile.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama } from '../helpers/ggufModel.ts';
import { type LibraryFixture, openLibraryFixture, writeModel } from '../helpers/libraryFixture.ts';

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe('the library', { timeout: 120_000 }, () => {
  let fixture: LibraryFixture;
  const place = () => fixture.place();
  const text = (value: string): GgufValue => ({ type: 'string', value });

  beforeAll(() => {
    fixture = openLibraryFixture();
  });
  afterAll(() => fixture.close());

  it('takes in a folder as it lies, however deep, with names in any script, and hashes what it took', async () => {
    const folder = place();
    const files = ['a.gguf', 'one/two/three/four/b.GGUF', '模型/модель/नमूना.gguf', 'white space/ü é.gguf'].map(
      (name, seed) => writeModel(join(folder, name), undefined, { seed: seed + 1 }),
    );
    writeFileSync(join(folder, 'notes.txt'), 'no model');
    const before = files.map((file) => readFileSync(file));
    const events: ImportEvent[] = [];
    const report = await fixture.take([folder], events);
    expect(report).toMatchObject({ known: [], moved: [], left: [] });
    expect(report.added).toHaveLength(4);
    expect(events.at(-2)).toEqual({ type: 'progress', found: 4, read: 4, looking: false });
    const variants = (await fixture.hashed()).filter(({ path }) => path.startsWith(folder));
    expect(new Map(variants.map(({ path, sha256: hash }) => [path, hash]))).toEqual(
      new Map(files.map((file) => [file, sha256(file)])),
    );
    expect(files.map((file) => readFileSync(file))).toEqual(before);
    expect((await fixture.library.list()).folders).toContain(folder);
    // Once more: nothing is new, and nothing is hashed again.
    expect(await fixture.take([folder])).toMatchObject({ added: [], jobId: null });
    expect((await fixture.rescan()).known).toHaveLength(4);
    fixture.library.forgetFolder(folder);
  });

  it('keeps the hash of a file that was read on its way in, and reads in the background what came without one', async () => {
    const [known = '', unknown = ''] = [21, 22].map((seed) =>
      writeModel(join(place(), 'added.gguf'), undefined, { seed }),
    );
    await fixture.models.add(known, new Map([[known, sha256(known)]]));
    expect((await fixture.library.list()).unhashed).toEqual({ files: 0, bytes: 0, jobId: null });
    await fixture.models.add(unknown);
    expect((await fixture.library.list()).unhashed).toMatchObject({ files: 1, jobId: expect.any(String) });
    const hashes = new Map((await fixture.hashed()).map(({ path, sha256: hash }) => [path, hash]));
    expect([hashes.get(known), hashes.get(unknown)]).toEqual([sha256(known), sha256(unknown)]);
  });

  it('follows symbolic links that lead in circles once, and lists a file with two names once', async () => {
    const folder = place();
    const file = writeModel(join(folder, 'inner/model.gguf'), undefined, { seed: 11 });
    symlinkSync(folder, join(folder, 'inner/loop'));
    symlinkSync('..', join(folder, 'inner/up'));
    symlinkSync('self.gguf', join(folder, 'self.gguf'));
    linkSync(file, join(folder, 'inner/second.gguf'));
    symlinkSync(file, join(folder, 'third.gguf'));
    symlinkSync('nowhere', join(folder, 'dangling.gguf'));
    const report = await fixture.take([folder]);
    expect(report.added).toHaveLength(1);
    const sentences = report.left.map(({ message }) => message).sort();
    expect(sentences).toEqual([
      expect.stringMatching(/inner\/second\.gguf is the same file as .* under a second name/),
      expect.stringContaining('self.gguf is a symbolic link that leads in a circle'),
      expect.stringContaining('third.gguf is the same file as'),
      expect.stringContaining('dangling.gguf is a symbolic link to a file that is not there.'),
    ]);
  });

  it.runIf(process.platform === 'linux')('does not enter what the kernel makes up', async () => {
    const folder = place();
    writeModel(join(folder, 'model.gguf'), undefined, { seed: 12 });
    for (const made of ['/proc', '/sys']) symlinkSync(made, join(folder, made.slice(1)));
    expect(await fixture.take([folder])).toMatchObject({ added: [expect.any(String)], left: [] });
    const left = [{ path: '/proc/self', message: expect.stringContaining('holds no file that ends in .gguf') }];
    expect(await fixture.take(['/proc/self'])).toMatchObject({ added: [], left });
  });

  it('leaves out what is no model with a sentence each, and takes the rest', async () => {
    const folder = place();
    const good = writeModel(join(folder, 'good.gguf'), undefined, { seed: 21 });
    writeFileSync(join(folder, 'empty.gguf'), '');
    writeFileSync(join(folder, 'picture.gguf'), '\x89PNG');
    writeModel(join(folder, 'projector.gguf'), ({ metadata }) => metadata.set('general.architecture', text('clip')));
    writeModel(join(folder, 'half-00001-of-00002.gguf'), ({ metadata }) => {
      metadata.set('split.count', { type: 'u32', value: 2 });
      metadata.set('split.no', { type: 'u32', value: 0 });
    });
    const long = join(folder, ...Array.from({ length: 20 }, () => 'd'.repeat(200)), 'm.gguf').slice(0, 4000);
    const longName = join(folder, `${'n'.repeat(3900)}.gguf`);
    const report = await fixture.take([folder, join(folder, 'gone.gguf'), long, longName]);
    const [added] = report.added;
    expect(await fixture.models.resolve(added ?? '')).toMatchObject({ path: good });
    expect(report.added).toHaveLength(1);
    const sentences = Object.fromEntries(report.left.map(({ path, message }) => [path, message]));
    expect(sentences[join(folder, 'empty.gguf')]).toContain('empty.gguf is empty');
    expect(sentences[join(folder, 'picture.gguf')]).toContain('not a GGUF file');
    expect(sentences[join(folder, 'projector.gguf')]).toContain('is the vision part of a model');
    expect(sentences[join(folder, 'half-00001-of-00002.gguf')]).toContain(
      'Part 2 of 2 of half-00001-of-00002.gguf is missing',
    );
    expect(sentences[join(folder, 'gone.gguf')]).toContain('There is no file at');
    expect(sentences[long]).toContain('There is no file at');
    expect(sentences[longName]).toContain('longer than this system can open');
    expect(report.left).toHaveLength(7);
  });

  it.runIf(process.platform === 'linux')('says of names that are not UTF-8 that they are to be changed', async () => {
    const folder = place();
    const bytes = (name: string) => Buffer.from(`${folder}/${name}`, 'latin1');
    mkdirSync(bytes('caf\xe9'));
    writeFileSync(bytes('na\xefve.gguf'), 'GGUF');
    const report = await fixture.take([folder]);
    expect(report.left.map(({ message }) => message).sort()).toEqual([
      expect.stringMatching(/^A part of the name .*caf\ufffd is not in UTF-8, so it cannot be opened\. Rename/),
      expect.stringMatching(/^A part of the name .*na\ufffdve\.gguf is not in UTF-8/),
    ]);
  });

  it('has a model that was split as one, which loads from its first file', async () => {
    const folder = place();
    const whole = randomLlama({ seed: 31, name: 'Split' });
    const half = Math.ceil(whole.tensors.length / 2);
    const files = [whole.tensors.slice(0, half), whole.tensors.slice(half)].map((tensors, index) => {
      const metadata = new Map<string, GgufValue>(
        index === 0 ? whole.metadata : [['general.architecture', text('llama')]],
      );
      metadata.set('split.no', { type: 'u32', value: index });
      metadata.set('split.count', { type: 'u32', value: 2 });
      metadata.set('split.tensors.count', { type: 'i32', value: whole.tensors.length });
      const path = join(folder, `split-0000${index + 1}-of-00002.gguf`);
      writeFileSync(path, ggufBytes({ version: 3, metadata, tensors }));
      return path;
    });
    const report = await fixture.take([folder]);
    expect(report).toMatchObject({ left: [], added: [expect.any(String)] });
    const [one] = (await fixture.hashed()).filter(({ path }) => path.startsWith(folder));
    expect(one).toMatchObject({ parts: 2, path: files[0], state: 'ready' });
    expect(one?.sizeBytes).toBe(files.reduce((sum, file) => sum + readFileSync(file).length, 0));
    expect(one?.parameters).toBe(whole.tensors.reduce((sum, { data }) => sum + data.length, 0));
    const lines = files.map((file) => `${sha256(file)}\n`).join('');
    expect(one?.sha256).toBe(createHash('sha256').update(lines).digest('hex'));
    expect(await fixture.models.resolve(files[1] ?? '')).toMatchObject({ id: one?.id });
  });

  it('says why it cannot delete on a disk that is only read, and keeps the model', async ({ skip }) => {
    const folder = place();
    const file = writeModel(join(folder, 'fixed.gguf'), undefined, { seed: 81 });
    const [id = ''] = (await fixture.take([folder])).added;
    skip(process.platform === 'win32', 'folders of Windows have no such right');
    // The rights of a folder do not bind root: then somebody else tries.
    const isRoot = process.geteuid?.() === 0;
    chmodSync(fixture.folder, 0o755);
    chmodSync(folder, 0o555);
    try {
      if (isRoot) process.seteuid?.(65_534);
      await expect(fixture.library.deleteFile(id, 'fixed.gguf')).rejects.toMatchObject({
        code: 'READ_ONLY',
        message: expect.stringContaining('was not deleted: you may not change its folder'),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
    expect(existsSync(file)).toBe(true);
    expect((await fixture.variants()).some((one) => one.id === id)).toBe(true);
  });

  it('tells duplicates by their content', async () => {
    const folder = place();
    const file = writeModel(join(folder, 'first.gguf'), undefined, { seed: 41 });
    copyFileSync(file, join(folder, 'copy.gguf'));
    await fixture.take([folder]);
    const twins = (await fixture.hashed()).filter(({ path }) => path.startsWith(folder));
    expect(twins).toHaveLength(2);
    expect(twins[0]?.duplicates).toEqual([twins[1]?.id]);
    expect(twins[1]?.duplicates).toEqual([twins[0]?.id]);
  });

  it('finds a moved file again under its id, by its number on the disk or by its hash', async () => {
    const folder = place();
    const [near, far] = ['near', 'far'].map((name, index) =>
      writeModel(join(folder, `${name}.gguf`), undefined, { seed: 51 + index }),
    );
    await fixture.take([folder]);
    const before = await fixture.hashed();
    const idOf = (path: string | undefined) => before.find((one) => one.path === path)?.id ?? '';
    fixture.library.tag({ ids: [idOf(near), idOf(far)], add: ['kept'], remove: [] });
    renameSync(near ?? '', join(folder, 'renamed.gguf'));
    mkdirSync(join(folder, 'deep'));
    copyFileSync(far ?? '', join(folder, 'deep/elsewhere.gguf'));
    renameSync(far ?? '', join(fixture.folder, 'out-of-sight'));
    const report = await fixture.take([join(folder, 'renamed.gguf')]);
    expect(report.moved).toEqual([{ id: idOf(near), from: near, to: join(folder, 'renamed.gguf') }]);
    expect((await fixture.variants()).find(({ id }) => id === idOf(far))).toMatchObject({
      state: 'missing',
      problem: expect.stringContaining('There is no file at'),
    });
    await fixture.rescan();
    const after = await fixture.hashed();
    expect(after.find(({ id }) => id === idOf(near))).toMatchObject({
      path: join(folder, 'renamed.gguf'),
      state: 'ready',
      tags: ['kept'],
    });
    expect(after.find(({ id }) => id === idOf(far))).toMatchObject({
      path: join(folder, 'deep/elsewhere.gguf'),
      state: 'ready',
      tags: ['kept'],
    });
    expect(after.filter(({ path }) => path.startsWith(folder))).toHaveLength(2);
    fixture.library.forgetFolder(folder);
  });

  it('notices that another file lies under a name, reads and hashes it anew, and says so until it is known', async () => {
    const folder = place();
    const file = writeModel(join(folder, 'same.gguf'), undefined, { seed: 61, name: 'before' });
    await fixture.take([file]);
    const first = (await fixture.hashed()).find(({ path }) => path === file);
    writeModel(file, undefined, { seed: 62, name: 'after', context: 512 });
    await fixture.variants();
    await expect.poll(async () => (await fixture.variants()).find(({ path }) => path === file)?.name).toBe('after');
    expect((await fixture.variants()).find(({ path }) => path === file)).toMatchObject({
      id: first?.id,
      sha256: null,
      notes: [expect.stringContaining('was changed or replaced since it was hashed')],
    });
    fixture.library.hash();
    expect((await fixture.hashed()).find(({ path }) => path === file)).toMatchObject({
      sha256: sha256(file),
      notes: [expect.stringContaining('Results of that one are not results of this')],
    });
  });

  it('forgets without deleting, and deletes only what was named, never another file or one of the sample', async () => {
    const folder = place();
    const file = writeModel(join(folder, 'doomed.gguf'), undefined, { seed: 71 });
    const { added } = await fixture.take([file]);
    fixture.models.forget([added[0] ?? '']);
    expect(existsSync(file)).toBe(true);
    const [id = ''] = (await fixture.take([file])).added;
    await fixture.hashed();
    await expect(fixture.library.deleteFile(id, 'doomed')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    writeModel(file, undefined, { seed: 72, context: 256 });
    await expect(fixture.library.deleteFile(id, 'doomed.gguf')).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(existsSync(file)).toBe(true);
    await expect.poll(async () => (await fixture.variants()).find((one) => one.id === id)?.contextLength).toBe(256);
    expect(await fixture.library.deleteFile(id, 'doomed.gguf')).toEqual({ files: 1, bytes: expect.any(Number) });
    expect(existsSync(file)).toBe(false);
    expect((await fixture.variants()).some((one) => one.id === id)).toBe(false);
  });

  it('deletes nothing of another program’s store, wherever that lies, and no link in the place of its file', async () => {
    const folder = place();
    const names = [`moved/blobs/sha256-${'ab'.repeat(32)}`, 'cache/models--org--m/snapshots/abc/m.gguf'];
    const stored = names.map((name, seed) => writeModel(join(folder, name), undefined, { seed: 81 + seed }));
    const real = writeModel(join(folder, 'elsewhere/real.gguf'), undefined, { seed: 83 });
    const link = join(folder, 'link.gguf');
    symlinkSync(real, link);
    for (const [path, words] of [
      ...stored.map((path) => [path, 'store of another program'] as const),
      [link, `is a link to ${real}`] as const,
    ]) {
      const [id = ''] = (await fixture.take([path])).added;
      await expect(fixture.library.deleteFile(id, basename(path))).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(words),
      });
      expect(existsSync(path)).toBe(true);
      expect((await fixture.variants()).some((one) => one.id === id)).toBe(true);
    }
    expect(existsSync(real)).toBe(true);
    await fixture.hashed();
  });
});
