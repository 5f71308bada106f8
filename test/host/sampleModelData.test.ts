import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readSampleDataset, sampleDatasets } from '../../main/services/prompts/sampleDatasets.ts';
import { folder, readManifest, sha256 } from '../../native/sample-model/heldOut.ts';
import { openEngineFixture } from '../helpers/engineFixture.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { openLibraryFixture } from '../helpers/libraryFixture.ts';

const root = join(import.meta.dirname, '../..');
const python = spawnSync('python3', ['--version']).status === 0;

it('in a new store the sample is there, under a name that nobody takes for an assistant', {
  timeout: 60_000,
}, async () => {
  const fixture = openLibraryFixture({ sampleFolder: folder });
  try {
    const types = readManifest().files.map(({ type }) => type);
    const models = await Promise.all(types.map((type) => fixture.models.resolve(`sample:${type}`)));
    expect(models.map(({ header }) => header?.quantization)).toEqual(types);
    expect(new Set(models.map(({ name }) => name))).toEqual(new Set(['Sample model (for trying Assay out)']));
    const { families } = await fixture.library.list();
    expect(families.map(({ name, variants }) => [name, variants.length])).toEqual([['Assay sample', types.length]]);
  } finally {
    await fixture.close();
  }
});

describe('the sample', { timeout: 120_000 }, () => {
  it('is named by `sample` and its quantizations, and cannot be forgotten', async () => {
    const fixture = await openEngineFixture();
    const samples = await openEngineFixture({ sampleFolder: fixture.folder });
    try {
      const files = [
        ['F16', 'full.gguf'],
        ['Q4_K_M', 'small.gguf'],
      ].map(([type, file]) => ({
        type,
        file,
        bytes: readFileSync(writeModel(join(fixture.folder, file ?? ''), randomLlama())).length,
        sha256: '',
      }));
      expect(samples.models.list()).toEqual([]);
      await expect(samples.models.resolve('sample')).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
      writeFileSync(join(fixture.folder, 'manifest.json'), JSON.stringify({ files }));
      const again = await openEngineFixture({ sampleFolder: fixture.folder });
      try {
        expect(again.models.list().map(({ id }) => id)).toEqual(['sample', 'sample:Q4_K_M']);
        expect(await again.models.resolve('sample')).toMatchObject({
          id: 'sample',
          sample: true,
          path: join(fixture.folder, 'full.gguf'),
        });
        expect(await again.models.resolve('sample:F16')).toMatchObject({ id: 'sample' });
        expect(await again.models.resolve('sample:Q4_K_M')).toMatchObject({ path: join(fixture.folder, 'small.gguf') });
        await expect(again.models.resolve('sample:Q9')).rejects.toMatchObject({
          code: 'MODEL_NOT_FOUND',
          message: expect.stringContaining('sample:Q4_K_M'),
        });
        expect(() => again.models.forget(['sample'])).toThrow('stays in the list');
        await expect.poll(() => again.models.list()[1]?.header?.layers).toBe(2);
      } finally {
        await again.close();
      }
    } finally {
      await samples.close();
      await fixture.close();
    }
  });
});

describe('the data sets of the sample model', () => {
  const temporary: string[] = [];
  afterEach(() => {
    for (const path of temporary.splice(0)) rmSync(path, { recursive: true, force: true });
  });

  /** A folder like that of the sample model, with its data sets alone. */
  function copied(): string {
    const path = mkdtempSync(join(tmpdir(), 'assay-sample-'));
    temporary.push(path);
    cpSync(join(folder, 'datasets'), join(path, 'datasets'), { recursive: true });
    return path;
  }

  it('are packed with the app, as the model itself is', () => {
    const builder = z
      .object({ files: z.array(z.string()) })
      .parse(parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')));
    const packed = (path: string) =>
      builder.files.reduce(
        (taken, pattern) =>
          pattern.startsWith('!') ? taken && !matchesGlob(path, pattern.slice(1)) : taken || matchesGlob(path, pattern),
        false,
      );
    const needed = [
      ...sampleDatasets.map(({ file }) => `datasets/${file}`),
      ...readManifest().files.map(({ file }) => file),
      'manifest.json',
      'MODEL_CARD.md',
    ];
    expect(needed.filter((file) => !packed(`native/sample-model/${file}`))).toEqual([]);
    expect(packed('native/sample-model/train.py')).toBe(false);
  });

  it.each(sampleDatasets)('tell with a sentence when $file is missing or damaged', async (dataset) => {
    const path = copied();
    const file = join(path, 'datasets', dataset.file);
    writeFileSync(file, '{"id": 1');
    await expect(readSampleDataset(path, dataset)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/ is damaged\. Install Assay again\.$/),
    });
    rmSync(file);
    await expect(readSampleDataset(path, dataset)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringMatching(/ is missing\. Install Assay again\.$/),
    });
  });

  it('hold only invented numbers and addresses', () => {
    const files = [...sampleDatasets.map(({ file }) => file), 'fresh-wordings.jsonl', 'training-tokens.jsonl'];
    const text = files.map((file) => readFileSync(join(folder, 'datasets', file), 'utf8')).join('\n');
    expect(
      [...text.matchAll(/\b\d{3}-\d{3,4}\b/g)].map(([found]) => found).filter((found) => !/^555-01\d\d$/.test(found)),
    ).toEqual([]);
    expect(
      [...text.matchAll(/\S+@[\w.]+\w/g)]
        .map(([found]) => found)
        .filter((found) => !/@example\.(com|org|net)$/.test(found)),
    ).toEqual([]);
    expect(text).not.toMatch(/https?:|www\./);
  });

  describe.skipIf(!python)('by their generator', () => {
    const run = (...command: string[]) =>
      execFileSync('python3', command, {
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });

    it('come out as committed when drawn again, and share no skeleton, wording, turn or system prompt with every 50th step of training', {
      timeout: 240_000,
    }, () => {
      const path = copied();
      for (const part of ['generate.py', 'check_split.py', 'plan.json', 'tasks', 'wordings'])
        cpSync(join(folder, part), join(path, part), { recursive: true });
      run(join(path, 'generate.py'));
      for (const { file } of sampleDatasets) {
        expect(sha256(join(path, 'datasets', file)), file).toBe(sha256(join(folder, 'datasets', file)));
      }
      expect(run(join(path, 'check_split.py'), '--every', '50')).toMatch(/: 0 problems\n$/);
    });
  });
});
