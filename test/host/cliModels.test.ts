import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelDetails, modelDiff, modelLibrary } from '../../preload/contract/models.ts';
import { type Ended, runCommand, temporaryFolder } from '../helpers/command.ts';
import { ggufBytes } from '../helpers/ggufFile.ts';
import { randomLlama, testTemplate } from '../helpers/ggufModel.ts';

const environment = { ASSAY_PASSPHRASE: 'correct horse battery staple' };

function documentOf(ended: Ended, code = 0) {
  expect(ended.code, ended.stderr).toBe(code);
  return JSON.parse(ended.stdout);
}

describe('assay models', { timeout: 300_000 }, () => {
  it('add → list → forget → found: files stay where they are, what is left out has a sentence and costs nothing', async () => {
    const folder = temporaryFolder();
    const store = ['--data-dir', join(folder, 'store'), '--json'];
    mkdirSync(join(folder, 'models/deep'), { recursive: true });
    const file = join(folder, 'models/deep/one.gguf');
    writeFileSync(file, ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, name: 'One' })));
    writeFileSync(join(folder, 'models/broken.gguf'), 'no model');
    documentOf(await runCommand(['vault', 'create', ...store], { environment }));

    const added = await runCommand(['models', 'add', join(folder, 'models'), ...store], { environment });
    const report = documentOf(added);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    expect(report.added).toEqual([expect.objectContaining({ path: file, name: 'One', sha256 })]);
    expect(report.left).toEqual([expect.objectContaining({ path: join(folder, 'models/broken.gguf') })]);
    expect(added.stderr).toContain('broken.gguf is not a GGUF file');

    const nothing = await runCommand(['models', 'add', join(folder, 'models/broken.gguf'), ...store], { environment });
    expect(nothing.code).toBe(2);
    mkdirSync(join(folder, 'empty/deeper'), { recursive: true });
    const none = await runCommand(['models', 'add', join(folder, 'empty'), ...store], { environment });
    expect(documentOf(none, 2).left).toEqual([expect.objectContaining({ path: join(folder, 'empty') })]);
    expect(none.stderr).toContain('empty holds no file that ends in .gguf.');

    const library = modelLibrary.parse(documentOf(await runCommand(['models', 'list', ...store], { environment })));
    expect(library.families.map(({ name }) => name)).toEqual(['Assay sample', 'One']);
    expect(library.folders).toEqual([join(folder, 'empty'), join(folder, 'models')]);

    const id = report.added[0].id;
    expect(documentOf(await runCommand(['models', 'forget', id, ...store], { environment }))).toEqual({
      id,
      path: file,
      deleted: false,
    });
    expect(existsSync(file)).toBe(true);

    // Of another program, whose folder is where its variable says.
    const cache = { ...environment, LLAMA_CACHE: join(folder, 'models/deep'), HOME: folder, USERPROFILE: folder };
    const found = await runCommand(['models', 'found', ...store], { environment: cache });
    expect(documentOf(found)).toEqual([
      expect.objectContaining({
        program: 'llama.cpp',
        models: [expect.objectContaining({ name: 'one.gguf', path: file, inLibrary: false })],
      }),
    ]);
  });

  it('add --found takes in what other programs have, under the names that it has there, and again changes nothing', async () => {
    const folder = temporaryFolder();
    const store = ['--data-dir', join(folder, 'store'), '--json'];
    const bytes = ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, name: 'One' }));
    const digest = createHash('sha256').update(bytes).digest('hex');
    const blob = join(folder, '.ollama/models/blobs', `sha256-${digest}`);
    const manifest = join(folder, '.ollama/models/manifests/registry.ollama.ai/library/one/1b');
    const studio = join(folder, '.lmstudio/models/org/two/two.gguf');
    for (const path of [blob, manifest, studio]) mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(blob, bytes);
    const layers = [
      { mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: bytes.length },
    ];
    writeFileSync(manifest, JSON.stringify({ schemaVersion: 2, layers }));
    writeFileSync(studio, ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, name: 'Two' })));
    documentOf(await runCommand(['vault', 'create', ...store], { environment }));
    const home = { ...environment, HOME: folder, USERPROFILE: folder, OLLAMA_MODELS: '', HF_HUB_CACHE: '' };
    const add = () => runCommand(['models', 'add', '--found', '--no-hash', ...store], { environment: home });

    const { added, left } = documentOf(await add());
    expect(left).toEqual([]);
    const named = added.map(({ path, source, label }: Record<string, string>) => [path, source, label]);
    expect(named.toSorted()).toEqual(
      [
        [blob, 'Ollama', 'one:1b'],
        [studio, 'LM Studio', 'org/two/two.gguf'],
      ].toSorted(),
    );
    expect(documentOf(await add())).toMatchObject({ added: [], left: [], known: [{}, {}] });

    const bare = { ...home, HOME: join(folder, 'nobody'), USERPROFILE: join(folder, 'nobody') };
    const none = await runCommand(['models', 'add', '--found', ...store], { environment: bare });
    expect(documentOf(none)).toMatchObject({ added: [], known: [] });
    expect(none.stderr).toContain('Nothing was found in the usual folders');
    const unnamed = await runCommand(['models', 'add', ...store], { environment: home });
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain('--found');
  });

  it('a line break in a name makes no line of its own', async ({ skip }) => {
    skip(process.platform === 'win32', 'No name of a file holds a line break on Windows.');
    const folder = temporaryFolder();
    const store = ['--data-dir', join(folder, 'store')];
    const file = join(folder, 'one\n  forged.gguf');
    writeFileSync(file, ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, name: 'One\nforged too' })));
    documentOf(await runCommand(['vault', 'create', ...store, '--json'], { environment }));
    for (const words of [['add', file], ['list'], ['forget', file]]) {
      const { stdout, code, stderr } = await runCommand(['models', ...words, ...store], { environment });
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('one\ufffd  forged.gguf');
      expect(stdout).not.toMatch(/^\s*forged/m);
    }
  });

  it('inspect and diff need no store; a difference that voids a comparison is exit code 1', async () => {
    const folder = temporaryFolder();
    const [one, other] = ['one', 'other'].map((name, index) => {
      const path = join(folder, `${name}.gguf`);
      const chatTemplate = index === 0 ? testTemplate : `${testTemplate}{# changed #}`;
      writeFileSync(path, ggufBytes(randomLlama({ dim: 32, layers: 1, feedForward: 32, name, chatTemplate })));
      return path;
    });
    const details = modelDetails.parse(documentOf(await runCommand(['models', 'inspect', one ?? '', '--json'])));
    expect(details.header).toMatchObject({ name: 'one', architecture: 'llama' });
    const plain = await runCommand(['models', 'inspect', one ?? '']);
    expect(plain.stdout).toMatch(/^architecture:\s+llama$/m);
    expect(plain.stdout).toContain('llama.block_count = 1');

    const diff = modelDiff.parse(documentOf(await runCommand(['models', 'diff', one ?? '', other ?? '', '--json']), 1));
    expect(diff.warnings.map(({ kind }) => kind)).toEqual(['chat template']);
    const same = await runCommand(['models', 'diff', 'sample', 'sample:Q4_K_M']);
    expect(same.code, same.stderr).toBe(0);
    expect(same.stdout).toContain('Chat template, special tokens and vocabulary are the same.');
    const missing = await runCommand(['models', 'inspect', join(folder, 'gone.gguf'), '--json']);
    expect(missing.code).toBe(2);
    expect(JSON.parse(missing.stdout).error).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });
});
