import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QuantizeType } from '../../main/inference/lab.ts';
import { quantizeTypes } from '../../main/inference/protocolLab.ts';
import { goldenOf } from '../helpers/labGolden.ts';
import {
  addonStands,
  finished,
  fixture,
  type LabFixture,
  labModel,
  makeModel,
  measured,
  openLabFixture,
  sampleFile,
  smallModel,
  whyNoAddon,
} from '../helpers/labModels.ts';

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
/** The compiler of other systems may contract what this one's did not. */
const sameBytes = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!addonStands)(`quantizing${whyNoAddon}`, { timeout: 300_000 }, () => {
  let fixtureOfLab: LabFixture;
  let golden: ReturnType<typeof goldenOf>;
  const lab = () => fixtureOfLab.lab;
  const at = (name: string) => fixtureOfLab.path(name);
  const input = sampleFile('F16');

  beforeAll(async () => {
    fixtureOfLab = openLabFixture();
    const probe = await lab().probe();
    golden = goldenOf(probe.available ? probe.systemInfo : '');
  });
  afterAll(() => fixtureOfLab.close());

  it.each<QuantizeType>(['Q4_K_M', 'Q8_0', 'Q2_K'])('makes the very bytes of llama-quantize: %s', async (type) => {
    const seen: string[] = [];
    const output = at(`${type}.gguf`);
    const dry = await finished(lab().quantize({ input, output, type, threads: 1, dryRun: true }));
    expect(existsSync(output)).toBe(false);
    const result = await finished(lab().quantize({ input, output, type, threads: 1 }), ({ done, total, note }) =>
      seen.push(`${done}/${total} ${note}`),
    );
    if (sameBytes) expect(hash(output)).toBe(golden.quantized[type]);
    expect(dry).toMatchObject({
      sizeBytes: null,
      tensorBytes: result.tensorBytes,
      bitsPerWeight: result.bitsPerWeight,
    });
    expect(result.sizeBytes).toBe(statSync(output).size);
    expect(result.fallbacks).toEqual([]);
    expect(seen[0]).toBe('0/38 output_norm.weight');
    expect(seen).toHaveLength(38);
  });

  it('makes the very bytes of llama-quantize: every type that needs no search', async ({ skip }) => {
    skip(!sameBytes, 'The compiler of this system may contract what the recorded one did not.');
    const differing: string[] = [];
    const types = quantizeTypes.filter((type) => !/^I?Q[12]_|^IQ/.test(type) || type === 'Q2_K');
    for (const type of types) {
      const output = at('any.gguf');
      await finished(lab().quantize({ input, output, type, threads: 1 }));
      if (hash(output) !== golden.quantized[type]) differing.push(type);
    }
    expect(types.length).toBeGreaterThan(18);
    expect(differing).toEqual([]);
  });

  it('makes an importance matrix like llama-imatrix, and what needs one with it', async () => {
    const work = { input, output: at('Q2_K_S.gguf'), type: 'Q2_K_S', threads: 1 } as const;
    await expect(finished(lab().quantize(work))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/Q2_K_S needs an importance matrix/),
    });
    const made = await finished(
      lab().imatrix({
        model: input,
        input: { kind: 'file', path: fixture('text.txt') },
        output: at('imatrix.gguf'),
        chunks: 4,
        threads: 1,
      }),
    );
    expect(made).toMatchObject({ chunks: 4, tokens: 2048 });
    if (sameBytes && golden.sameProcessor) expect(hash(at('imatrix.gguf'))).toBe(golden.imatrixSha256);
    // As llama-quantize was given it when the hashes were recorded.
    const named = { imatrixFile: at('imatrix.gguf'), imatrixName: 'imatrix.gguf' };
    const result = await finished(lab().quantize({ ...work, ...named }));
    if (sameBytes && golden.sameProcessor) expect(hash(work.output)).toBe(golden.quantized.Q2_K_S);
    expect(result.bitsPerWeight).toBeLessThan(4.5);
    const found = await measured(lab(), {
      reference: labModel(input),
      candidates: [labModel(work.output)],
      input: { kind: 'file', path: fixture('text.txt') },
      chunks: 1,
      threads: 1,
    });
    expect(found.candidates[0]?.kld).toHaveLength(255);
  });

  it('takes types for single tensors, for the output and for the embeddings', async () => {
    const plain = await finished(lab().quantize({ input, output: at('a'), type: 'Q2_K', threads: 1, dryRun: true }));
    const heavier = await finished(
      lab().quantize({
        input,
        output: at('b'),
        type: 'Q2_K',
        threads: 1,
        dryRun: true,
        tensorTypes: [{ pattern: 'ffn_down', type: 'q8_0' }],
        outputType: 'f16',
        embeddingType: 'Q6_K',
      }),
    );
    expect(heavier.tensorBytes).toBeGreaterThan(plain.tensorBytes * 1.3);
    const bad = { input, output: at('c'), type: 'Q2_K', threads: 1 } as const;
    await expect(
      finished(lab().quantize({ ...bad, tensorTypes: [{ pattern: 'ffn_(', type: 'q8_0' }] })),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(/no regular expression/) });
    await expect(finished(lab().quantize({ ...bad, outputType: 'q99' }))).rejects.toMatchObject({
      message: expect.stringMatching(/no tensor type q99/),
    });
  });

  it('says which tensors got another type, and refuses what would only lose', async () => {
    makeModel(at('narrow.gguf'), smallModel);
    const result = await finished(
      lab().quantize({ input: at('narrow.gguf'), output: at('narrowQ.gguf'), type: 'Q4_K_M', threads: 1 }),
    );
    expect(result.fallbacks).toContainEqual({ tensor: 'blk.0.attn_q.weight', wanted: 'q4_K', got: 'q5_0' });
    await expect(
      finished(lab().quantize({ input: sampleFile('Q2_K'), output: at('d'), type: 'Q8_0', threads: 1 })),
    ).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(/quantized already/) });
    await expect(finished(lab().quantize({ input, output: input, type: 'Q8_0', threads: 1 }))).rejects.toMatchObject({
      message: expect.stringMatching(/its own result/),
    });
    writeFileSync(at('empty.gguf'), '');
    await expect(
      finished(lab().quantize({ input: at('empty.gguf'), output: at('e'), type: 'Q8_0', threads: 1 })),
    ).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  it('leaves no file behind when it is cancelled or killed', async () => {
    // Slow enough to be in the middle of it.
    makeModel(at('long.gguf'), { ...smallModel, dim: 256, feedForward: 768, layers: 8 });
    const work = { input: at('long.gguf'), output: at('long-Q2.gguf'), type: 'Q2_K', threads: 1 } as const;
    const stop = new AbortController();
    const cancelled = finished(lab().quantize(work, stop.signal), ({ done }) => {
      if (done === 5) stop.abort();
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    const before = new Set(fixtureOfLab.pids);
    const killed = finished(lab().quantize(work), ({ done }) => {
      if (done === 5) for (const pid of fixtureOfLab.pids) if (!before.has(pid)) process.kill(pid, 'SIGKILL');
    });
    await expect(killed).rejects.toMatchObject({ code: 'ENGINE_CRASHED' });
    const names = await readdir(fixtureOfLab.folder);
    expect(names.filter((name) => name.includes('long-Q2') || name.includes('partial'))).toEqual([]);
  });
});
