import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isOneFile, requireTarget } from '../../main/base/writeTarget.ts';
import { runCommand, temporaryFolder } from '../helpers/command.ts';
import { ended, openLabHost, whyNoLab } from '../helpers/labHost.ts';
import { makeModel, sampleFile } from '../helpers/labModels.ts';

const tasks = join(import.meta.dirname, '../fixtures/divergence/tasks.txt');
const windows = process.platform === 'win32';

describe('a place to write to', () => {
  const target = { what: 'report', overwrite: false, inputs: [] };

  it('is refused where a file is, replaced when that is asked for, and never when it holds a model', () => {
    const folder = temporaryFolder();
    const [text, model] = [join(folder, 'a.txt'), makeModel(join(folder, 'm.gguf'))];
    writeFileSync(text, 'words');
    expect(() => requireTarget({ ...target, file: text })).toThrow(/is there already/);
    expect(() => requireTarget({ ...target, file: text, overwrite: true })).not.toThrow();
    expect(() => requireTarget({ ...target, file: model, overwrite: true })).toThrow(/is a model/);
    expect(() => requireTarget({ ...target, file: join(folder, 'new.html') })).not.toThrow();
    expect(() => requireTarget({ ...target, file: join(folder, 'none', 'x.html') })).toThrow(/There is no folder/);
    expect(() => requireTarget({ ...target, file: folder, overwrite: true })).toThrow(/is no file/);
  });

  it('is known again under every name', ({ skip }) => {
    skip(windows, 'Links need rights on Windows.');
    const folder = temporaryFolder();
    const file = join(folder, 'a.txt');
    writeFileSync(file, 'words');
    mkdirSync(join(folder, 'real'));
    symlinkSync(folder, join(folder, 'linked'));
    linkSync(file, join(folder, 'hard'));
    for (const name of [join(folder, 'linked', 'a.txt'), join(folder, 'hard'), join(folder, 'real', '..', 'a.txt')]) {
      expect(isOneFile(file, name)).toBe(true);
      expect(() => requireTarget({ ...target, file: name, overwrite: true, inputs: [file] })).toThrow(/is read here/);
    }
    expect(isOneFile(file, join(folder, 'none'))).toBe(false);
  });
});

describe('what a comparison writes', { timeout: 300_000 }, () => {
  let why: string | null = null;
  beforeAll(async () => {
    why = await whyNoLab();
  });
  const words = ['compare', '--ephemeral', '--threads', '1', '--text', tasks, '--context', '128', '--chunks', '2'];

  it('never goes over a model, a text or another file, and is told before anything is measured', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    const model = makeModel(at('victim-F16.gguf'));
    writeFileSync(at('notes.txt'), 'notes');
    copyFileSync(tasks, at('text.txt'));
    const whole = readFileSync(model);
    const run = (...more: string[]) => runCommand([...words, '--reference', model, '--candidate', model, ...more]);
    for (const [more, sentence] of [
      [['--save-base', model], /is a model/],
      [['--save-base', model, '--overwrite'], /is a model/],
      [['--html', model, '--overwrite'], /is a model/],
      [['--html', at('notes.txt')], /is there already.*--overwrite/],
      [['--save-base', at('notes.txt')], /is there already.*--overwrite/],
      [['--text', at('text.txt'), '--html', at('text.txt'), '--overwrite'], /is read here/],
      [['--html', join(folder, 'nowhere', 'x.html')], /There is no folder/],
      [['--html', at('one'), '--save-base', at('one')], /the same file/],
    ] as const) {
      const { code, stdout, stderr } = await run(...more);
      expect([code === 0, stdout]).toEqual([false, '']);
      expect(stderr).toMatch(sentence);
    }
    expect(readFileSync(model).equals(whole)).toBe(true);
    expect(readFileSync(at('notes.txt'), 'utf8')).toBe('notes');
    const asked = await run('--save-base', at('notes.txt'), '--overwrite');
    expect(asked.code, asked.stderr).toBe(0);
    expect(readFileSync(at('notes.txt')).subarray(0, 8).toString()).toBe('_logits_');
  });

  it('is refused by the host too, whoever asks', async ({ skip }) => {
    skip(why !== null || windows, why ?? 'Links need rights on Windows.');
    const lab = await openLabHost();
    try {
      const model = makeModel(join(lab.folder, 'own.gguf'));
      const start = (file: string, use: 'read' | 'write') =>
        lab.api.divergence.start({
          reference: use === 'read' ? null : { model },
          candidates: [{ model }],
          text: { kind: 'sample' },
          base: { file, use, overwrite: true },
        });
      await expect(start(model, 'write')).rejects.toMatchObject({ code: 'CONFLICT' });
      const pipe = join(lab.folder, 'pipe');
      spawnSync('mkfifo', [pipe]);
      for (const file of [lab.folder, '/dev/zero', pipe, join(lab.folder, 'none')])
        await expect(start(file, 'read')).rejects.toMatchObject({
          code: 'BAD_INPUT',
          message: expect.stringMatching(/is no regular file|is not there/),
        });

      // The folder is the model's own under another name: what comes out would have the model's name.
      const [real, linked] = [join(lab.folder, 'real'), join(lab.folder, 'linked')];
      mkdirSync(real);
      symlinkSync(real, linked);
      const source = join(real, 'foo-Q8_0.gguf');
      copyFileSync(sampleFile('F16'), source);
      await expect(
        ended(lab, () =>
          lab.api.quantize.start({ model: source, types: ['Q8_0'], folder: linked, overwrite: true, threads: 1 }),
        ),
      ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('is the model itself') });
      expect(readFileSync(source).equals(readFileSync(sampleFile('F16')))).toBe(true);
    } finally {
      await lab.close();
    }
  });

  it('is named as the reference, when it was a base file that a later one is measured against', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const base = join(temporaryFolder(), 'own.kld');
    const saved = await runCommand([...words, '-r', 'sample', '-c', 'sample', '--save-base', base]);
    expect(saved.code, saved.stderr).toBe(0);
    const measure = ['compare', '--ephemeral', '--threads', '1', '--json'];
    const read = await runCommand([...measure, '-c', 'sample', '--base', base]);
    expect(read.code, read.stderr).toBe(0);
    const numbers = { ppl: expect.any(Number), pplError: expect.any(Number) };
    expect(JSON.parse(read.stdout).reference).toMatchObject({ file: base, ...numbers });
  });
});
