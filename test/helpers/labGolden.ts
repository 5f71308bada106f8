import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import { finished, fixture, type LabFixture, makeModel, openLabFixture, smallModel } from './labModels.ts';

const numbers = z.record(z.string(), z.number());
const measuredOf = { chunks: z.number(), candidates: z.record(z.string(), numbers) };
/** What llama-perplexity, llama-quantize and llama-imatrix say; kernels round in other places on another kind of processor. */
const goldenSchema = z.object({
  sampleSha256: z.string(),
  smallQuantizedSha256: z.string(),
  processors: z.record(
    z.string(),
    z.object({
      sample: z.object(measuredOf),
      wide: z.object(measuredOf),
      /** Of the wide model, by chunks of which llama.cpp reads few tokens at once. */
      short: z.object({ ...measuredOf, context: z.number() }),
      small: z.object({ ...measuredOf, context: z.number() }),
      /** Without a matrix the bytes are the same on all. */
      quantized: z.record(z.string(), z.string()),
      imatrixSha256: z.string(),
    }),
  ),
});
export type Golden = z.infer<typeof goldenSchema>;

export const goldenFile = (): Golden => goldenSchema.parse(JSON.parse(readFileSync(fixture('golden.json'), 'utf8')));

/** Those of this kind of processor, or else of the first that was recorded. */
export function goldenOf(processor: string) {
  const { processors, ...files } = goldenFile();
  const own = processors[processor.trim()];
  const [first] = Object.values(processors);
  if (first === undefined) throw new Error('There are no golden values.');
  return { ...files, ...(own ?? first), sameProcessor: own !== undefined };
}

/**
 * Holds numbers against golden ones: within 1e-3 and half a unit of the last place that was printed. On another kind of processor, means
 * within 6 %, percentiles within 15 %, and what is small beside others of its kind within a part of these.
 */
function agreement(sameProcessor: boolean) {
  return (ours: Record<string, number>, theirs: Record<string, number>): void => {
    expect(Object.keys(theirs).length).toBeGreaterThan(30);
    for (const [label, value] of Object.entries(theirs)) {
      const printed = label.startsWith('deltaP') || label === 'same top' ? 5e-4 : label.startsWith('ppl') ? 5e-5 : 5e-7;
      const beside =
        0.05 * (label.startsWith('deltaP') ? (theirs['deltaP rms'] ?? 0) : 0) +
        0.02 * (label.startsWith('kld') ? (theirs['kld mean'] ?? 0) : 0);
      const share = /^(?:ppl|ln|same|kld mean|deltaP rms)/.test(label) ? 0.06 : 0.15;
      const allowed = sameProcessor ? Math.abs(value) * 1e-3 : Math.abs(value) * share + beside;
      const mine = ours[label];
      expect(mine, label).toBeDefined();
      const off = Math.abs((mine ?? Number.NaN) - value);
      expect(off, `${label}: ${mine} and ${value}`).toBeLessThanOrEqual(allowed + printed * 1.01);
    }
  };
}

export interface GoldenLab extends LabFixture {
  golden: ReturnType<typeof goldenOf>;
  expectAgreement: ReturnType<typeof agreement>;
}

/** A lab with the small model of the golden values in its folder, as `small.gguf` and `small-Q4_0.gguf`. */
export async function openGoldenLab(): Promise<GoldenLab> {
  const opened = openLabFixture();
  const probe = await opened.lab.probe();
  if (!probe.available) throw new Error(`${probe.reason} ${probe.remedy}`);
  const input = makeModel(opened.path('small.gguf'), smallModel);
  await finished(opened.lab.quantize({ input, output: opened.path('small-Q4_0.gguf'), type: 'Q4_0', threads: 1 }));
  const golden = goldenOf(probe.systemInfo);
  return { ...opened, golden, expectAgreement: agreement(golden.sameProcessor) };
}
