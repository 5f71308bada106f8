import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addonEnvironment,
  addonStands,
  finished,
  fixture,
  type LabFixture,
  makeModel,
  openLabFixture,
  smallModel,
  whyNoAddon,
} from '../helpers/labModels.ts';

/** The same files on each run, so that what fails fails again; FUZZ_SEED=N makes others. */
const seed = Number(process.env.FUZZ_SEED ?? 1);
const script = join(import.meta.dirname, '../helpers/addonFuzz.ts');

describe.skipIf(!addonStands)(`hundreds of damaged files, seed ${seed}${whyNoAddon}`, { timeout: 300_000 }, () => {
  let lab: LabFixture;
  beforeAll(() => {
    lab = openLabFixture();
    makeModel(lab.path('small.gguf'), smallModel);
  });
  afterAll(() => lab.close());

  /** How often which code came, with the process alive to its end. */
  function thrown(kind: string, whole: string, count: number): Record<string, number> {
    const words = [
      script,
      kind,
      whole,
      lab.path('small.gguf'),
      lab.path(`${kind}.damaged`),
      String(count),
      String(seed),
    ];
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, words, {
      encoding: 'utf8',
      env: addonEnvironment(),
      timeout: 240_000,
    });
    expect([status, signal], `after the damaged file ${stderr.trim().split('\n').slice(-3).join(' ')}`).toEqual([
      0,
      null,
    ]);
    return JSON.parse(stdout);
  }

  it('as base files are refused in words or give finite numbers', () => {
    copyFileSync(fixture('peer-base.kld'), lab.path('base'));
    const { worked = 0, BAD_INPUT: refused = 0, ...others } = thrown('base', lab.path('base'), 500);
    expect(others).toEqual({});
    expect(refused).toBeGreaterThan(200);
    expect(worked + refused).toBe(500);
  });

  it('as importance matrices are refused in words or taken', async () => {
    await finished(
      lab.lab.imatrix({
        model: lab.path('small.gguf'),
        input: { kind: 'file', path: fixture('text.txt') },
        output: lab.path('matrix'),
        context: 64,
        chunks: 1,
        threads: 1,
      }),
    );
    const { worked = 0, BAD_INPUT: refused = 0, ...others } = thrown('matrix', lab.path('matrix'), 500);
    expect(others).toEqual({});
    expect(refused).toBeGreaterThan(100);
    expect(worked + refused).toBe(500);
  });
});
