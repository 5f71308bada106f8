import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabHost, measured, openLabHost } from '../helpers/labHost.ts';
import { fixture, makeModel, wideModel } from '../helpers/labModels.ts';

describe('a divergence run and the most memory for models', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(() => lab.close());

  it('takes its models in turns where they go beyond it together, and together where they do not', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const model = makeModel(join(lab.folder, 'wide.gguf'), wideModel);
    const run = () =>
      measured(lab, {
        reference: { model },
        candidates: (['F16', 'Q8_0', 'F32', 'BF16', 'Q5_1', 'Q5_0', 'Q4_0'] as const).map((keyType) => ({
          model,
          keyType,
        })),
        text: { kind: 'text', name: 'text', text: readFileSync(fixture('text.txt'), 'utf8') },
        contextSize: 512,
        chunks: 1,
      });
    // Eight models of 33 MiB, each with a context of some 20 MiB.
    await lab.api.engine.updateSettings({ mostMemoryBytes: 2 ** 28 });
    expect((await run()).arrangement).toBe('turns');
    await lab.api.engine.updateSettings({ mostMemoryBytes: 2 ** 31 });
    expect((await run()).arrangement).toBe('together');
  });
});
