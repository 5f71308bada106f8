import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { ended, type LabHost, openLabHost } from '../helpers/labHost.ts';
import { bigModel, makeModel } from '../helpers/labModels.ts';

describe('files that are quantized', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(() => lab.close());
  const place = (name: string) => {
    const folder = join(lab.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  };

  it('get their names when they were loaded, so one that does not load replaces nothing', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('unloadable');
    const parts = randomLlama({ type: 'F16' });
    // It can be quantized, and no llama does without it.
    parts.tensors = parts.tensors.filter(({ name }) => name !== 'blk.1.attn_q.weight');
    const model = writeModel(join(folder, 'x-F16.gguf'), parts);
    const older = makeModel(join(folder, 'x-Q8_0.gguf'), { seed: 5 });
    const before = readFileSync(older);
    for (const overwrite of [true, false]) {
      const types = overwrite ? ['Q8_0' as const] : ['Q4_0' as const];
      const { job } = await ended(lab, () => lab.api.quantize.start({ model, types, overwrite, threads: 1 }));
      expect(job.error).toMatchObject({
        code: 'MODEL_UNREADABLE',
        message: expect.stringMatching(/^The quantized file could not be loaded, so it was deleted: .*x-Q\d_0\.gguf/),
      });
      expect(job.error?.message).not.toContain('.partial');
      expect(readdirSync(folder).sort()).toEqual(['x-F16.gguf', 'x-Q8_0.gguf']);
      expect(readFileSync(older).equals(before)).toBe(true);
    }
    expect(await lab.api.quantize.list({ file: older })).toEqual([]);
  });

  it('are made of one file only: what comes under its name meanwhile gets none of its provenance', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('exchanged');
    const model = makeModel(join(folder, 'x-F16.gguf'), bigModel);
    const other = makeModel(join(folder, 'other.gguf'), { ...bigModel, seed: 9 });
    const { started, job } = await ended(
      lab,
      () => lab.api.quantize.start({ model, types: ['Q8_0', 'Q4_0'], threads: 1 }),
      ({ progress }) => {
        if (progress?.note?.startsWith('Q8_0:') && existsSync(other)) renameSync(other, model);
      },
    );
    expect(job.error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/x-F16\.gguf was replaced by another file .* Begin a new one/),
    });
    expect(existsSync(other)).toBe(false);
    expect(readdirSync(folder)).toEqual(['x-F16.gguf']);
    for (const { file } of started.files) expect(await lab.api.quantize.list({ file })).toEqual([]);
  });

  it('are refused together when one of them needs a matrix of importance, before any is made', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('needing');
    const input = { model: 'sample', types: ['Q8_0' as const, 'IQ3_XS' as const, 'IQ3_XXS' as const], folder };
    await expect(lab.api.quantize.start(input)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/^IQ3_XS, IQ3_XXS need an importance matrix/),
    });
    const { files } = await lab.api.quantize.estimate(input);
    expect(files.map(({ error }) => error?.code ?? null)).toEqual([null, 'BAD_INPUT', 'BAD_INPUT']);
    const mixed = { ...input, types: ['Q4_0' as const], tensorTypes: [{ pattern: 'ffn_up', type: 'iq2_xs' }] };
    await expect(lab.api.quantize.start(mixed)).rejects.toMatchObject({
      message: expect.stringMatching(/^Q4_0 needs/),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are made though one of them fails, and the failure names its type', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('going-on');
    const foreign = join(folder, 'assay-sample-Q5_0.gguf');
    const { job } = await ended(
      lab,
      () => lab.api.quantize.start({ model: 'sample', types: ['Q5_0', 'Q8_0'], folder, threads: 1 }),
      // It comes while the source is read.
      ({ endedAt }) => endedAt === null && writeFileSync(foreign, 'mine'),
    );
    expect(job).toMatchObject({ state: 'failed', error: { code: 'CONFLICT' } });
    expect(job.error?.message).toMatch(/^Q5_0: .*is there already/);
    expect(readFileSync(foreign, 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['assay-sample-Q5_0.gguf', 'assay-sample-Q8_0.gguf']);
  });

  it('say nothing of the folder in which their matrix was, and are the same bytes each time', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const text = readFileSync(join(import.meta.dirname, '../fixtures/divergence/tasks.txt'), 'utf8').slice(0, 20_000);
    const made: Buffer[] = [];
    for (const name of ['one', 'other']) {
      const folder = place(name);
      const { started, job } = await ended(lab, () =>
        lab.api.quantize.start({
          model: 'sample',
          types: ['Q2_K_S'],
          folder,
          threads: 1,
          imatrixText: { name: 'tasks.txt', text },
        }),
      );
      expect([job.state, job.error]).toEqual(['done', null]);
      made.push(readFileSync(started.files[0]?.file ?? ''));
    }
    const [one, other] = made;
    expect(other?.equals(one ?? Buffer.alloc(0))).toBe(true);
    expect(one?.includes('quantize.imatrix.file')).toBe(true);
    expect(one?.includes(lab.folder)).toBe(false);
    expect(one?.includes('imatrix.gguf')).toBe(true);
  });

  it('are asked for once: a second job for the same file is refused while the first is open', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const folder = place('twice');
    const input = { model: 'sample', types: ['Q6_K' as const], folder, threads: 1 };
    const { job } = await ended(lab, async () => {
      const started = await lab.api.quantize.start(input);
      await expect(lab.api.quantize.start(input)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('is being made'),
      });
      return started;
    });
    expect(job.state).toBe('done');
  });
});
