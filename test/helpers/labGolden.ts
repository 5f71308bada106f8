import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import { finished, fixture, type LabFixture, makeModel, openLabFixture, smallModel } from './labModels.ts';

const numbers = z.record(z.string(), z.number());
/** What llama-perplexity and llama-quantize printed; test/fixtures/lab/README.md has the commands. */
export const golden = z
  .object({
    processor: z.string(),
    sampleSha256: z.string(),
    sample: z.object({ chunks: z.number(), candidates: z.record(z.string(), numbers) }),
    wide: z.object({ chunks: z.number(), candidates: z.record(z.string(), numbers) }),
    small: z.object({ chunks: z.number(), context: z.number(), candidates: z.record(z.string(), numbers) }),
    smallQuantizedSha256: z.string(),
  })
  .parse(JSON.parse(readFileSync(fixture('golden.json'), 'utf8')));

/**
 * Holds numbers against golden ones, within 1e-3 and half a unit of the last place that was printed. These are of one kind of processor;
 * another one's kernels round in another place, and 2e-2 are allowed.
 */
function agreementOn(processor: string) {
  const tolerance = processor.trim() === golden.processor.trim() ? 1e-3 : 2e-2;
  return (ours: Record<string, number>, theirs: Record<string, number>): void => {
    for (const [label, value] of Object.entries(theirs)) {
      const printed = label.startsWith('deltaP') || label === 'same top' ? 5e-4 : label.startsWith('ppl') ? 5e-5 : 5e-7;
      const mine = ours[label];
      expect(mine, label).toBeDefined();
      const off = Math.abs((mine ?? Number.NaN) - value);
      expect(off, `${label}: ${mine} and ${value}`).toBeLessThanOrEqual(Math.abs(value) * tolerance + printed * 1.01);
    }
  };
}

export interface GoldenLab extends LabFixture {
  expectAgreement: ReturnType<typeof agreementOn>;
}

/** A lab with the small model of the golden values in its folder, as `small.gguf` and `small-Q4_0.gguf`. */
export async function openGoldenLab(): Promise<GoldenLab> {
  const opened = openLabFixture();
  const probe = await opened.lab.probe();
  if (!probe.available) throw new Error(`${probe.reason} ${probe.remedy}`);
  const input = makeModel(opened.path('small.gguf'), smallModel);
  await finished(opened.lab.quantize({ input, output: opened.path('small-Q4_0.gguf'), type: 'Q4_0', threads: 1 }));
  return { ...opened, expectAgreement: agreementOn(probe.systemInfo) };
}
