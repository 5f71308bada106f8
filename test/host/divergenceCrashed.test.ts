import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineProcess } from '../../main/inference/starter.ts';
import { ended, type LabHost, openLabHost } from '../helpers/labHost.ts';
import { fixture, makeModel, smallModel } from '../helpers/labModels.ts';

const text = readFileSync(fixture('text.txt'), 'utf8');
const names = ['reference', 'one', 'two', 'three'];

describe('a divergence run whose engine ends by itself', { timeout: 300_000 }, () => {
  let lab: LabHost;
  /** Of the engines that measure: which of them are ended, by their number. */
  let doomed = new Set<number>();
  let measuring: EngineProcess[] = [];

  beforeAll(async () => {
    lab = await openLabHost((engine, label) => {
      if (!label.includes('divergence from')) return;
      measuring.push(engine);
      if (doomed.has(measuring.length)) engine.onMessage(() => engine.kill());
    });
    for (const [seed, name] of names.entries()) makeModel(at(name), { ...smallModel, seed: seed + 1 });
  });
  afterAll(() => lab.close());
  const at = (name: string) => join(lab.folder, `${name}.gguf`);

  async function run(dooms: number[]) {
    doomed = new Set(dooms);
    measuring = [];
    const [reference = '', ...candidates] = names.map(at);
    const { started, job } = await ended(lab, () =>
      lab.api.divergence.start({
        reference: { model: reference },
        candidates: candidates.map((model) => ({ model })),
        text: { kind: 'text', name: 'text', text },
        contextSize: 64,
        chunks: 2,
      }),
    );
    return { job, run: await lab.api.divergence.get({ id: started.id }), engines: measuring.length };
  }

  it('measures each candidate alone, loses the one that ends it again by its name, and keeps the others', async ({
    skip,
  }) => {
    skip(lab.why !== null, lab.why ?? '');
    const { job, run: after, engines } = await run([1, 3]);
    expect(job.state).toBe('failed');
    expect(job.error).toMatchObject({
      code: 'ENGINE_CRASHED',
      message: expect.stringMatching(/^two\.gguf was measured alone after the engine had ended, and it ended again: /),
    });
    expect(after.candidates.map((one) => one?.sameTop !== undefined)).toEqual([true, false, true]);
    expect(engines).toBe(4);
  });

  it('has all numbers where it was chance', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const { job, run: after } = await run([1]);
    expect(job.state).toBe('done');
    expect(after.candidates.every((one) => one !== null)).toBe(true);
  });
});
