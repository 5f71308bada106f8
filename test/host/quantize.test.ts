import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleFolder } from '../../main/host/places.ts';
import { imatrixSeconds, quantizedName, quantizeSeconds } from '../../main/services/models/quantize.rules.ts';
import type { QuantizationType } from '../../preload/contract/quantize.ts';
import { randomLlama, writeEnormousModel, writeModel } from '../helpers/ggufModel.ts';
import { ended, type LabHost, openLabHost } from '../helpers/labHost.ts';

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const source = join(sampleFolder(), 'assay-sample-F16.gguf');

describe('quantizing', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(async () => {
    await lab.close();
  });
  const place = (name: string) => {
    const folder = join(lab.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };

  it('says sizes before, makes what it said, verifies it, and keeps where it came from', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('several');
    const input = { model: 'sample', types: ['Q8_0' as const, 'Q4_K_M' as const], folder, threads: 1 };
    const estimate = await lab.api.quantize.estimate(input);
    expect(estimate).toMatchObject({ folder, fits: true, notes: [] });
    expect(estimate.files.map(({ exists, error, isFirstGuess }) => [exists, error, isFirstGuess])).toEqual([
      [false, null, true],
      [false, null, true],
    ]);
    expect(readdirSync(folder)).toEqual([]);

    const { started, job } = await ended(lab, () => lab.api.quantize.start(input));
    expect([job.state, job.error]).toEqual(['done', null]);
    expect(started.files.map(({ file }) => file)).toEqual(
      readdirSync(folder)
        .sort()
        .reverse()
        .map((name) => join(folder, name)),
    );
    for (const [index, { type, file }] of started.files.entries()) {
      const size = statSync(file).size;
      expect(Math.abs((estimate.files[index]?.sizeBytes ?? 0) - size)).toBeLessThan(0.01 * size);
      const [kept] = await lab.api.quantize.list({ file });
      expect(kept).toMatchObject({
        type,
        sizeBytes: size,
        sha256: sha256(file),
        referenceFile: source,
        referenceSha256: sha256(source),
        imatrixSha256: null,
        engineRelease: 'v0.4.0',
      });
      const model = (await lab.api.models.list()).find(({ path }) => path === file);
      expect(model?.header?.quantization).toBe(type);
    }
    const { families, unhashed } = await lab.api.models.library();
    // In the sample's own ladder, beside the reference that they were made of.
    const theirs = families.filter(({ variants }) => variants.some(({ path }) => path.startsWith(folder)));
    expect(theirs.map(({ key, variants }) => [key, variants.some(({ path }) => path === source)])).toEqual([
      ['sample', true],
    ]);
    const listed = families.flatMap(({ variants }) => variants).filter(({ path }) => path.startsWith(folder));
    expect(new Map(listed.map(({ path, sha256: hash }) => [path, hash]))).toEqual(
      new Map(started.files.map(({ file }) => [file, sha256(file)])),
    );
    expect(unhashed).toMatchObject({ files: 0, jobId: null });
    // The committed quantization was made by llama.cpp's own tool.
    expect(sha256(join(folder, 'assay-sample-Q4_K_M.gguf'))).toBe(
      sha256(join(sampleFolder(), 'assay-sample-Q4_K_M.gguf')),
    );

    await expect(lab.api.quantize.start(input)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('assay-sample-Q8_0.gguf'),
    });
    const again = await lab.api.quantize.estimate(input);
    expect(again.files.map(({ exists, isFirstGuess }) => [exists, isFirstGuess])).toEqual([
      [true, false],
      [true, false],
    ]);
  });

  it('makes a quantization of the sample when it is asked for, once, and shows it from then on', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const found = await Promise.all([1, 2, 3].map(() => lab.api.models.estimate({ model: 'sample:Q5_K_M' })));
    expect(found.map(({ weightsBytes }) => weightsBytes > 0)).toEqual([true, true, true]);
    const [made, ...others] = (await lab.api.models.list()).filter(({ id }) => id === 'sample:Q5_K_M');
    expect(others).toEqual([]);
    expect(await lab.api.quantize.list({ file: made?.path ?? '' })).toMatchObject([
      {
        type: 'Q5_K_M',
        sha256: sha256(made?.path ?? ''),
        referenceFile: source,
        referenceSha256: sha256(source),
        imatrixSha256: null,
        engineRelease: 'v0.4.0',
      },
    ]);
    await expect(lab.api.models.estimate({ model: 'sample:Q9' })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('lists what was made of the sample beside the types that come with it, and counts its progress in bytes', async ({
    skip,
  }) => {
    skip(lab.why !== null, lab.why ?? '');
    const units = new Set<string>();
    const { started, job } = await ended(
      lab,
      () => lab.api.quantize.start({ model: 'sample', types: ['Q2_K', 'Q3_K_S'], threads: 1 }),
      ({ progress }) => progress && units.add(progress.unit),
    );
    expect(job).toMatchObject({ state: 'done', progress: { done: 3 * statSync(source).size } });
    expect([...units]).toEqual(['bytes']);
    const listed = await lab.api.models.list();
    const ids = started.files.map(({ file }) => listed.find(({ path }) => path === file)?.id);
    expect(ids).toEqual([expect.not.stringMatching(/^sample/), 'sample:Q3_K_S']);
    for (const { file } of started.files) expect(await lab.api.quantize.list({ file })).toHaveLength(1);
  });

  it('measures the importance of weights first where that is wanted, and refuses types that need it without', async ({
    skip,
  }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('importance');
    const types = ['IQ2_XXS' as const];
    await expect(lab.api.quantize.start({ model: 'sample', types, folder })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('IQ2_XXS'),
    });
    const text = readFileSync(join(import.meta.dirname, '../fixtures/divergence/tasks.txt'), 'utf8');
    const imatrixText = { name: 'tasks.txt', text };
    const question = { model: 'sample', types: ['Q3_K_M' as const], folder, imatrixText, threads: 1 };
    const { imatrixSeconds: whole } = await lab.api.quantize.estimate(question);
    expect(whole).toBeGreaterThanOrEqual(1);
    const beginning = { name: 'tasks.txt', text: text.slice(0, 1), characters: 100 * text.length };
    const longer = await lab.api.quantize.estimate({ ...question, imatrixText: beginning });
    expect(longer.imatrixSeconds).toBeGreaterThan(whole ?? 0);
    const { imatrixSeconds: none } = await lab.api.quantize.estimate({ ...question, imatrixText: undefined });
    expect(none).toBeNull();
    const { started, job } = await ended(lab, () =>
      lab.api.quantize.start({ model: 'sample', types: ['Q3_K_M'], folder, threads: 1, imatrixText }),
    );
    expect(job).toMatchObject({ state: 'done', error: null });
    // The matrix itself was needed only meanwhile.
    expect(readdirSync(folder)).toEqual(['assay-sample-Q3_K_M.gguf']);
    const [kept] = await lab.api.quantize.list({ file: started.files[0]?.file });
    expect(kept?.imatrixSha256).toMatch(/^[0-9a-f]{64}$/);
    // The embedding has no importance in the matrix, of which llama.cpp speaks in the middle of its line.
    const model = (await lab.api.models.list()).find(({ path }) => path === started.files[0]?.file);
    expect(kept?.bitsPerWeight).toBeCloseTo(model?.header?.bitsPerWeight ?? Number.NaN, 2);
  });

  it('refuses what would lose twice, what is not there, and a folder that is not', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('refused');
    const start = (more: object) => lab.api.quantize.start({ model: 'sample', types: ['Q8_0'], folder, ...more });
    await expect(start({ model: 'sample:Q4_K_M' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('quantized already'),
    });
    await expect(start({ model: join(folder, 'none.gguf') })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(start({ folder: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(start({ types: ['F16'], folder: sampleFolder() })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('begins nothing that the folder has no room for, and says how much is missing', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('full');
    const input = { model: writeEnormousModel(join(lab.folder, 'enormous.gguf')), types: ['Q8_0' as const], folder };
    const estimate = await lab.api.quantize.estimate(input);
    expect(estimate.fits).toBe(false);
    expect(estimate.files[0]?.sizeBytes).toBeGreaterThan(2e12);
    await expect(lab.api.quantize.start(input)).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(
        / free, and these files take 2\.\d+ TiB beside 64\.0 MiB that stay free\. Make room or choose another folder\.$/,
      ),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is cancelled leaves nothing of the file that was not finished', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('cancelled');
    const large = join(lab.folder, 'large.gguf');
    writeModel(
      large,
      randomLlama({
        seed: 3,
        dim: 512,
        layers: 6,
        heads: 8,
        keyValueHeads: 8,
        feedForward: 2048,
        type: 'F16',
        name: 'large',
      }),
    );
    const { job } = await ended(
      lab,
      () => lab.api.quantize.start({ model: large, types: ['Q3_K_M', 'Q4_K_M'], folder, threads: 1 }),
      ({ id, progress }) => {
        if (progress?.note?.startsWith('Q3_K_M')) void lab.api.jobs.cancel({ id }).catch(() => undefined);
      },
    );
    expect(job.state).toBe('cancelled');
    // Whole files stay; of the others nothing is there, under no name.
    const left = readdirSync(folder);
    const known = await lab.api.quantize.list({});
    expect(left.filter((name) => !known.some(({ file }) => file === join(folder, name)))).toEqual([]);
  });

  it('that gives a file nobody can load takes it away again', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('damaged');
    const damaged = join(lab.folder, 'damaged-F16.gguf');
    const bytes = readFileSync(source);
    bytes.fill(0xff, bytes.length - 4096);
    writeFileSync(damaged, bytes);
    const { job } = await ended(lab, () =>
      lab.api.quantize.start({ model: damaged, types: ['Q8_0'], folder, threads: 1 }),
    );
    expect(job.state).toBe('failed');
    expect(job.error?.message).toMatch(/NaN|not be loaded|quantiz/i);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('names and times of quantizations', () => {
  it('follow the source', () => {
    expect(quantizedName('/a/Llama-3.1-8B-Instruct-F16.gguf', 'Q4_K_M')).toBe('Llama-3.1-8B-Instruct-Q4_K_M.gguf');
    expect(quantizedName('C:\\m\\model.bf16.gguf', 'Q8_0')).toBe('model-Q8_0.gguf');
    expect(quantizedName('/a/big-00001-of-00003.gguf', 'Q6_K')).toBe('big-Q6_K.gguf');
    expect(quantizedName('/a/plain.GGUF', 'IQ4_XS')).toBe('plain-IQ4_XS.gguf');
    expect(quantizedName('/a/x-Q4_K_M.gguf', 'Q2_K')).toBe('x-Q2_K.gguf');
  });

  it('come from what this machine took before, by the same type where there is one', () => {
    const past = [
      { type: 'Q4_K_M' as const, seconds: 10, bytes: 1000 },
      { type: 'Q8_0' as const, seconds: 2, bytes: 1000 },
    ];
    const bytesOf = (one: { type: string }) => past.find(({ type }) => type === one.type)?.bytes ?? 0;
    expect(quantizeSeconds(past, bytesOf, 'Q4_K_M', 2000, 4)).toEqual({ seconds: 20, isFirstGuess: false });
    // Of another type, by how long it takes beside those: Q2_K as Q4_K_M, IQ2_XXS five times as long.
    expect(quantizeSeconds(past, bytesOf, 'Q2_K', 1000, 4)).toEqual({ seconds: 10, isFirstGuess: true });
    expect(quantizeSeconds(past, bytesOf, 'IQ2_XXS', 1000, 4)).toEqual({ seconds: 50, isFirstGuess: true });
  });

  it('are a first guess on a machine that never quantized, longer for the types that are searched for', () => {
    const guess = (type: QuantizationType, threads: number) =>
      quantizeSeconds([], () => 0, type, 13_500_000_000, threads);
    expect(guess('Q4_K_M', 8)).toEqual({ seconds: 60, isFirstGuess: true });
    const types = ['Q8_0', 'Q4_0', 'Q4_K_M', 'IQ4_XS', 'IQ2_XXS'] as const;
    const seconds = types.map((type) => guess(type, 1).seconds);
    expect(seconds).toEqual(seconds.toSorted((one, other) => one - other));
    expect(guess('TQ1_0', 1)).toEqual(guess('Q6_K', 1));
  });

  it('of an importance matrix grow with weights and text, and shrink with threads', () => {
    const text = { name: 'a', text: 'a', characters: 120_000 };
    expect(imatrixSeconds(1e9, text, 1)).toBe(2000);
    expect(imatrixSeconds(1e9, text, 4)).toBe(500);
    expect(imatrixSeconds(1e9, { name: 'a', text: 'a'.repeat(12_000) }, 1)).toBe(200);
    expect(imatrixSeconds(1e6, { name: 'a', text: 'a' }, 1)).toBe(1);
  });
});
