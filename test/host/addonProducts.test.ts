import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RandomLlama, randomLlama, writeModel } from '../helpers/ggufModel.ts';
import {
  addonEnvironment,
  addonStands,
  finished,
  type LabFixture,
  openLabFixture,
  whyNoAddon,
} from '../helpers/labModels.ts';

/**
 * Widths and heights that no step of the kernel for 16-bit floats divides are left to llama.cpp: the vocabulary, and what a feed-forward
 * layer reads. The last one is quantized to Q6_K.
 */
const shapes: Record<string, RandomLlama> = {
  'of even sizes': { vocabulary: 640, dim: 128, layers: 2, heads: 4, keyValueHeads: 2, peak: 2, type: 'F16' },
  'of odd sizes': {
    vocabulary: 601,
    dim: 80,
    feedForward: 212,
    layers: 2,
    heads: 5,
    keyValueHeads: 1,
    peak: 2,
    type: 'F16',
  },
  'in Q6_K': {
    vocabulary: 601,
    dim: 256,
    feedForward: 768,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    peak: 2,
    type: 'F16',
  },
};
const x86 = process.platform === 'linux' && process.arch === 'x64';
const flags = new Set(x86 ? /^flags\s*: (.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') : []);
/** Kinds of processors for which llama.cpp has a library, and what it asks of one. */
const kinds = [
  { library: 'zen4', asks: ['avx512f', 'avx512bw', 'avx512vbmi', 'avx512_vnni', 'avx512_bf16'] },
  { library: 'skylakex', asks: ['avx512f', 'avx512cd', 'avx512vl', 'avx512dq', 'avx512bw'] },
  { library: 'haswell', asks: ['avx2', 'fma', 'f16c', 'bmi2'] },
  { library: 'x64', asks: [] },
].filter(({ asks }) => asks.every((flag) => flags.has(flag)));

describe.skipIf(!addonStands || !x86)(
  `products of our own kernels, with weights in 16-bit floats and in Q6_K,${whyNoAddon}${x86 ? '' : ' (looked at on Linux for x64)'}`,
  { timeout: 240_000 },
  () => {
    let lab: LabFixture;
    const paths: Record<string, string> = {};
    beforeAll(async () => {
      lab = openLabFixture();
      for (const [name, shape] of Object.entries(shapes)) {
        const path = writeModel(lab.path(`${name}.gguf`), randomLlama(shape));
        paths[name] = path;
        if (!name.endsWith('Q6_K')) continue;
        paths[name] = lab.path('quantized.gguf');
        await finished(lab.lab.quantize({ input: path, output: lab.path('quantized.gguf'), type: 'Q6_K', threads: 1 }));
      }
    });
    afterAll(() => lab.close());
    const program = join(import.meta.dirname, '../helpers/addonRows.ts');

    /** The engine's libraries with one for the processor. */
    function librariesFor(kind: string): string {
      const own = join(lab.folder, kind);
      const bins = join(import.meta.dirname, '../../node_modules/@node-llama-cpp/linux-x64/bins/linux-x64');
      mkdirSync(own, { recursive: true });
      for (const file of readdirSync(bins))
        if (file.endsWith('.so') && (!file.startsWith('libggml-cpu-') || file === `libggml-cpu-${kind}.so`))
          symlinkSync(join(bins, file), join(own, file));
      return own;
    }

    it.each(kinds)('are those of llama.cpp for $library, to the last bit', async ({ library }) => {
      const environment = { ...process.env, ASSAY_LLAMA_LIBRARIES: librariesFor(library) };
      for (const [name, shape] of Object.entries(shapes)) {
        for (const [context, way, threads] of [
          ['512', 'products', '1'],
          ['302', 'products', '2'],
          ['78', 'products', '1'],
          ['10', 'products', '2'],
          ['512', 'products in blocks', '2'],
        ] as const) {
          const words = [program, paths[name] ?? '', String(shape.vocabulary), context, way, threads];
          const { stdout } = await promisify(execFile)(process.execPath, words, { env: addonEnvironment(environment) });
          const { kld, difference, products } = JSON.parse(stdout);
          expect({ name, context, way, kld, difference }).toEqual({ name, context, way, kld: 0, difference: 0 });
          expect(products[0]).toBe(0);
          if (library === 'x64') expect(products[1]).toBe(0);
          else expect(products[1]).toBeGreaterThan(0);
        }
      }
    });
  },
);
