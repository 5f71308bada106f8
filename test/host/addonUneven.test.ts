import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { type RandomLlama, randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { addonEnvironment, addonStands, whyNoAddon } from '../helpers/labModels.ts';

/** Wide enough that llama.cpp is given several threads. */
const shape: RandomLlama = { vocabulary: 640, dim: 512, layers: 2, heads: 8, keyValueHeads: 4, peak: 2, type: 'F16' };

describe.skipIf(!addonStands)(`chunks of unlike length${whyNoAddon}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-uneven-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('have the same numbers on one thread and on several, where a token is read alone too', async () => {
    const path = writeModel(join(folder, 'model.gguf'), randomLlama(shape));
    const program = join(import.meta.dirname, '../helpers/addonUneven.ts');
    const run = async (threads: string) => {
      const words = [program, path, String(shape.vocabulary), threads];
      const { stdout } = await promisify(execFile)(process.execPath, words, { env: addonEnvironment() });
      return JSON.parse(stdout);
    };
    const one = await run('1');
    expect(one.map((numbers: number[]) => numbers.length)).toEqual([11, 100]);
    expect(await run('2')).toEqual(one);
    expect(await run('4')).toEqual(one);
  });
});
