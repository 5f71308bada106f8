import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { GgufParts, GgufTensor } from '../helpers/ggufFile.ts';
import { type RandomLlama, randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { addonEnvironment, addonStands, whyNoAddon } from '../helpers/labModels.ts';

const shape: RandomLlama = { vocabulary: 600, dim: 64, layers: 2, heads: 4, keyValueHeads: 2, peak: 2 };

/** A llama model by another name, with more of its own in each layer. */
function renamed(
  name: string,
  parts: GgufParts,
  more: GgufParts['metadata'],
  layer: (block: string) => GgufTensor[],
): GgufParts {
  const metadata: GgufParts['metadata'] = new Map();
  for (const [key, value] of parts.metadata) metadata.set(key.replace(/^llama\./, `${name}.`), value);
  metadata.set('general.architecture', { type: 'string', value: name });
  for (const [key, value] of more) metadata.set(`${name}.${key}`, value);
  return { ...parts, metadata, tensors: [...parts.tensors, ...['blk.0.', 'blk.1.'].flatMap(layer)] };
}
const ones = (name: string, ...sizes: number[]): GgufTensor => ({
  name: `${name}.weight`,
  shape: sizes,
  type: 'F32',
  data: new Float32Array(sizes.reduce((product, size) => product * size, 1)).fill(1),
});
/** How graphs end: with a matrix of their own, with that of the embedding, and with bounds behind it. */
const kinds: Record<string, GgufParts> = {
  'with its own output matrix': randomLlama(shape),
  'in 16 bits, with the matrix of its embedding': randomLlama({ ...shape, type: 'F16', tied: true }),
  'with bounds on its logits': renamed(
    'gemma2',
    randomLlama({ ...shape, tied: true }),
    new Map([
      ['final_logit_softcapping', { type: 'f32', value: 8 }],
      ['attn_logit_softcapping', { type: 'f32', value: 50 }],
    ]),
    (block) => [ones(`${block}post_attention_norm`, 64), ones(`${block}post_ffw_norm`, 64)],
  ),
};

describe.skipIf(!addonStands)(`rows of logits, eight at a time${whyNoAddon}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-blocks-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const model = (parts: GgufParts) => writeModel(join(folder, 'model.gguf'), parts);
  const program = join(import.meta.dirname, '../helpers/addonRows.ts');
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [program, ...words], { env: addonEnvironment() });

  it.each(Object.entries(kinds))('are those of all at once, of a model %s', async (_name, parts) => {
    const path = model(parts);
    for (const context of ['512', '1024', '100']) {
      const { difference, dummyTokenBytes } = JSON.parse((await run(path, '600', context)).stdout);
      // A kernel for few rows may round in another place. Another row is nats away.
      expect(difference).toBeLessThan(1e-3);
      // The list of tokens is found where its place is known: a text, a score and a kind for each.
      if (process.platform === 'linux') expect(dummyTokenBytes).toBe(600 * 40);
    }
  });

  it('are refused of a model whose logits do not come of one row each', async () => {
    const path = model(
      renamed('chameleon', randomLlama({ ...shape, vocabulary: 9000 }), new Map(), (block) => [
        ones(`${block}attn_q_norm`, 16, 4),
        ones(`${block}attn_k_norm`, 16, 2),
      ]),
    );
    await expect(run(path, '9000', '100')).rejects.toMatchObject({
      stderr: expect.stringMatching(/vocabulary of 9000 tokens is too large .* steps that can be repeated/),
    });
  });

  it('are not asked of a diffusion model', async () => {
    const path = model(renamed('dream', randomLlama(shape), new Map(), () => []));
    await expect(run(path, '600', '100')).rejects.toMatchObject({
      stderr: expect.stringContaining('is a diffusion model; only those that continue a text token by token'),
    });
  });
});
