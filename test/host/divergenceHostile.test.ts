import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as queries from '../../main/services/divergence/divergence.queries.ts';
import { allFinite } from '../../main/services/divergence/finite.rules.ts';
import type { DivergenceInput } from '../../preload/contract/divergence.ts';
import { ask } from '../helpers/divergenceInput.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { ended, type LabHost, measured, openLabHost } from '../helpers/labHost.ts';
import { fixture, makeModel, sampleFile } from '../helpers/labModels.ts';
import { openServices } from '../helpers/openServices.ts';

const text = readFileSync(fixture('text.txt'), 'utf8');

describe('a run of files that mean no good', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(() => lab.close());
  const at = (name: string) => join(lab.folder, name);

  /** Whatever a run came to, the lists stand, its numbers are finite, and it can be taken away. */
  async function endsAndGoes(input: DivergenceInput) {
    const { started, job } = await ended(lab, () => lab.api.divergence.start(input));
    const { id } = started;
    const run = await lab.api.divergence.get({ id });
    expect(allFinite(run)).toBe(true);
    expect((await lab.api.divergence.list({})).map((one) => one.id)).toContain(id);
    expect(allFinite(await lab.api.divergence.measurements())).toBe(true);
    await lab.api.divergence.remove({ id });
    expect((await lab.api.divergence.list({})).map((one) => one.id)).not.toContain(id);
    return { job, run };
  }

  it('leaves a model out whose perplexity is beyond all numbers, and keeps the others', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const input = (reference: string, candidates: string[]): DivergenceInput => ({
      reference: { model: reference },
      candidates: candidates.map((model) => ({ model })),
      text: { kind: 'text', name: 'text', text },
      contextSize: 64,
      chunks: 8,
      threads: 1,
    });
    const usual = makeModel(at('usual.gguf'), { seed: 1, peak: 4 });
    const wild = makeModel(at('wild.gguf'), { seed: 2, peak: 3000 });
    const { job, run } = await endsAndGoes(input(usual, [wild, usual]));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'MODEL_UNREADABLE' } });
    expect(run.columns[1]?.error?.message).toMatch(/next to no probability \(mean NLL [\d,.]+\), so there is no/);
    expect(run.candidates[0]).toBeNull();
    expect(run.candidates[1]?.verdict.kind).toBe('identical');
    const turned = await endsAndGoes(input(wild, [usual]));
    expect(turned.job).toMatchObject({ state: 'failed', error: { code: 'MODEL_UNREADABLE' } });
  });

  it('names the tensor of which a model gives no numbers', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const usual = makeModel(at('sound.gguf'), { seed: 1, type: 'F16' });
    const parts = randomLlama({ seed: 1, type: 'F16' });
    const tensor = parts.tensors.find(({ name }) => name === 'blk.1.ffn_up.weight');
    tensor?.data.fill(Number.NaN, 300, 301);
    const { job } = await endsAndGoes({
      reference: { model: usual },
      candidates: [{ model: writeModel(at('torn.gguf'), parts) }],
      text: { kind: 'text', name: 'text', text },
      contextSize: 64,
      chunks: 1,
      threads: 1,
    });
    expect(job.error).toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('torn.gguf is damaged: its tensor blk.1.ffn_up.weight holds NaN or infinite'),
    });
  });

  it('refuses a base file whose rows are no distribution', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const whole = readFileSync(fixture('peer-base.kld'));
    const [context, vocabulary, chunks] = [8, 12, 16].map((offset) => whole.readInt32LE(offset));
    const begin = 20 + 4 * (context ?? 0) * (chunks ?? 0);
    const rowBytes = 2 * (2 * Math.floor(((vocabulary ?? 0) + 1) / 2) + 4);
    const rows = (whole.length - begin) / rowBytes;
    const model = makeModel(at('small.gguf'), { dim: 64, feedForward: 128, seed: 11, peak: 2, type: 'F16' });
    const change = (name: string, to: (bytes: Buffer, row: number) => void) => {
      const bytes = Buffer.from(whole);
      for (let row = 0; row < rows; row++) to(bytes, begin + row * rowBytes);
      writeFileSync(at(name), bytes);
      return at(name);
    };
    const hostile = [
      change('scale', (bytes, row) => bytes.writeFloatLE(1e38, row)),
      change('minimum', (bytes, row) => bytes.writeFloatLE(-3e38, row + 4)),
      // Every token is certain.
      change('ones', (bytes, row) => {
        bytes.writeFloatLE(0, row);
        bytes.writeFloatLE(0, row + 4);
      }),
      // Half of everything is missing.
      change('half', (bytes, row) => bytes.writeFloatLE(bytes.readFloatLE(row + 4) - Math.LN2, row + 4)),
    ];
    const from = (file: string) =>
      endsAndGoes({
        reference: null,
        candidates: [{ model }],
        text: { kind: 'sample' },
        threads: 1,
        base: { file, use: 'read' },
      });
    for (const file of hostile) {
      const { job } = await from(file);
      expect(job.error, file).toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(/holds no probabilities at chunk 1, row 1:/),
      });
    }
    expect((await from(fixture('peer-base.kld'))).job.state).toBe('done');
  });

  it('leaves out what does not fit, says why, and measures the others', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const other = at('other.gguf');
    writeModel(other, randomLlama({ seed: 5, name: 'other' }));
    const cut = at('cut.gguf');
    writeModel(cut, randomLlama({ seed: 6, name: 'cut' }));
    truncateSync(cut, 100_000);
    const broken = at('nan.gguf');
    const bytes = readFileSync(sampleFile('F16'));
    // The end of the file is the data of its last tensor; all bits set are a NaN in half and in single precision.
    bytes.fill(0xff, bytes.length - 4096);
    writeFileSync(broken, bytes);
    const { started, job } = await ended(lab, () =>
      lab.api.divergence.start(ask([other, 'sample:Q4_K_M', cut, broken], { chunks: 2 })),
    );
    const run = await lab.api.divergence.get({ id: started.id });
    const [, ...columns] = run.columns;
    expect(columns.map(({ error }) => error?.code ?? null)).toEqual([
      'BAD_INPUT',
      null,
      'MODEL_UNREADABLE',
      'MODEL_UNREADABLE',
    ]);
    expect(columns[0]?.error?.message).toMatch(/vocabular|token/i);
    expect(columns[3]?.error?.message).toMatch(/NaN/);
    expect(run.candidates.map((one) => one !== null)).toEqual([false, true, false, false]);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'BAD_INPUT' } });
    expect(run.candidates[1]?.verdict.kind).toBe('too little text');
  });

  it('refuses base files that cannot be read or written with a sentence that names them', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const failed = async (input: DivergenceInput) =>
      (await ended(lab, () => lab.api.divergence.start(input))).job.error;
    const from = (file: string) => failed({ ...ask(['sample:Q4_K_M']), reference: null, base: { file, use: 'read' } });
    const file = at('damaged.kld');
    writeFileSync(file, 'no base file');
    expect(await from(file)).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('_logits_') });
    await expect(from(at('none.kld'))).rejects.toThrow(/none\.kld is not there/);
    // Of a model with 512 tokens.
    expect((await from(fixture('peer-base.kld')))?.message).toMatch(/a model with 512 tokens, and .* has 1536/);
    const nowhere = join(lab.folder, 'none', 'base.kld');
    await expect(
      failed(ask(['sample:Q4_K_M'], { chunks: 2, base: { file: nowhere, use: 'write' } })),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('There is no folder') });
    await expect(
      lab.api.divergence.start(ask(['sample:Q4_K_M'], { base: { file: 'base.kld', use: 'write' } })),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('whole path') });
  });
});

describe('a base file of another tokenizer', { timeout: 300_000 }, () => {
  it('is refused though it has as many tokens, with the share that is the same', async ({ skip }) => {
    const lab = await openLabHost();
    try {
      skip(lab.why !== null, lab.why ?? '');
      const file = join(lab.folder, 'sample.base');
      const asked = (more: Partial<DivergenceInput>) =>
        ask(['sample:Q4_K_M'], { reference: null, text: { kind: 'sample' }, contextSize: 128, chunks: 2, ...more });
      await measured(lab, asked({ reference: { model: 'sample' }, base: { file, use: 'write' } }));
      const own = await measured(lab, asked({ base: { file, use: 'read' } }));
      expect(own.notes.join()).not.toContain('tokenizer');
      const model = makeModel(join(lab.folder, 'other.gguf'), { vocabulary: 1536, seed: 9 });
      const { job } = await ended(lab, () =>
        lab.api.divergence.start(asked({ candidates: [{ model }], base: { file, use: 'read' } })),
      );
      expect(job.error).toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(
          /^other\.gguf cannot be compared .* another tokenizer: only [\d.]+ % come out again/,
        ),
      });
    } finally {
      await lab.close();
    }
  });
});

describe('a row of the store that cannot be read', () => {
  it('hides no other run, and what can be read of it stays', async () => {
    const opened = openServices();
    try {
      const store = opened.vault.store();
      const insert = (id: string) =>
        store.transaction((write) =>
          queries.insertRun(write, {
            id,
            name: null,
            createdAt: '2026-01-01T00:00:00.000Z',
            jobId: 'none',
            settings: {
              reference: null,
              candidates: [{ model: 'a', keyType: 'F16', valueType: 'F16' }],
              text: { kind: 'sample' },
              contextSize: 512,
            },
            columns: [],
            textKind: 'sample',
            textName: 'Sample text',
            text: null,
            notes: [],
          }),
        );
      const set = (id: string, column: string, value: string) =>
        store.transaction((write) => write.run(`UPDATE divergence_runs SET ${column} = ? WHERE id = ?`, value, id));
      for (const id of ['whole', 'infinite', 'cut', 'strange']) insert(id);
      // As JSON writes what is infinite.
      set(
        'infinite',
        'facts_json',
        JSON.stringify({ chunkCount: 8, measurements: [{ ppl: Number.POSITIVE_INFINITY }] }),
      );
      set('cut', 'facts_json', '{"chunkCount": 8');
      set('strange', 'settings_json', '{}');
      const listed = queries.selectRuns(store.read, null, 10);
      expect(listed.map(({ id }) => id)).toEqual(['cut', 'infinite', 'whole']);
      expect(listed[1]?.facts_json).toMatchObject({ chunkCount: 8, measurements: [] });
      for (const id of ['cut', 'infinite', 'strange', 'whole']) {
        expect(queries.selectJob(store.read, id)).toBe('none');
        store.transaction((write) => queries.deleteRun(write, id));
        expect(queries.selectJob(store.read, id)).toBeUndefined();
      }
    } finally {
      await opened.close();
    }
  });
});
