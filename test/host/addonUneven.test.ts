import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RandomLlama, randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { addonEnvironment, addonStands, whyNoAddon } from '../helpers/labModels.ts';

/** Wide enough that llama.cpp is given several threads. */
const shape: RandomLlama = { vocabulary: 640, dim: 512, layers: 2, heads: 8, keyValueHeads: 4, peak: 2, type: 'F16' };

/** A chunk by itself, behind others that are read to their end before it, for its tokens depend on its place. */
const alike = (length: string, index: number) => [...Array<string>(index).fill('2:1'), length].join(',');

describe.skipIf(!addonStands)(`chunks of unlike length${whyNoAddon}`, { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-uneven-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const program = join(import.meta.dirname, '../helpers/addonUneven.ts');
  const path = join(folder, 'model.gguf');
  beforeAll(() => {
    writeModel(path, randomLlama(shape));
  });
  const run = async (...words: string[]): Promise<number[][]> => {
    const all = [program, path, String(shape.vocabulary), ...words];
    return JSON.parse((await promisify(execFile)(process.execPath, all, { env: addonEnvironment() })).stdout);
  };

  it('have the same numbers on one thread and on several, where a token is read alone too', async () => {
    const lengths = '511:11,600:100';
    const one = await run('1', lengths);
    expect(one.map((numbers) => numbers.length)).toEqual([11, 100]);
    expect(await run('2', lengths)).toEqual(one);
    expect(await run('4', lengths)).toEqual(one);
  });

  // llama.cpp makes another graph where one has ended that stands between two which go on.
  it.each(['80:20,60:3,90:20', '90:25,60:3,80:19', '80:20,60:3,80:20', '30:5,90:20,20:2,50:9,81:7,40:3'])(
    'have the numbers of each alone with rows in blocks too, as the items of a data set: %s',
    async (lengths) => {
      const together = await run('2', lengths);
      const inBlocks = await run('2', lengths, '8');
      const alone = (await Promise.all(lengths.split(',').map((length, index) => run('1', alike(length, index))))).map(
        (chunks) => chunks.at(-1) ?? [],
      );
      for (const [chunk, numbers] of alone.entries())
        for (const [row, value] of numbers.entries()) {
          expect(together[chunk]?.[row]).toBeCloseTo(value, 1);
          expect(inBlocks[chunk]?.[row]).toBeCloseTo(together[chunk]?.[row] ?? Number.NaN, 3);
        }
    },
  );
});
