import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  finished,
  fixture,
  type LabFixture,
  labModel,
  makeModel,
  openLabFixture,
  smallModel,
} from '../helpers/labModels.ts';

describe('what a divergence run of a vocabulary of 128,256 takes in memory', { timeout: 120_000 }, () => {
  let lab: LabFixture;
  beforeAll(() => {
    lab = openLabFixture();
  });
  afterAll(() => lab.close());

  it.for([
    ['a matrix of their own for the logits', false],
    ['one matrix for tokens and logits', true],
  ] as const)(
    'of models with %s stays below 64 MiB above the files and the idle process',
    async ([, tied], { skip }) => {
      skip(process.platform !== 'linux', 'Only Linux tells the most memory of a process alone.');
      const at = (name: string) => lab.path(`${tied}-${name}.gguf`);
      const reference = makeModel(at('large'), { ...smallModel, vocabulary: 128_256, type: 'F16', tied });
      const candidates: string[] = [];
      for (const type of ['Q4_K_M', 'Q8_0', 'Q3_K_M'] as const) {
        candidates.push(at(type));
        await finished(lab.lab.quantize({ input: reference, output: at(type), type, threads: 2 }));
      }
      // The last: seven short chunks, which are read together as in llama-perplexity.
      for (const [others, context] of [
        [candidates.slice(0, 1), 512],
        [[...candidates, reference], 512],
        [[...candidates, reference], 100],
      ] as const) {
        const { peakRssBytes, idleRssBytes = 0 } = await finished(
          lab.lab.divergence({
            reference: labModel(reference),
            candidates: others.map((path) => labModel(path)),
            input: { kind: 'file', path: fixture('text.txt') },
            context,
            ...(context === 100 ? { chunks: 7 } : {}),
            threads: 2,
          }),
        );
        const files = [reference, ...others].reduce((sum, path) => sum + statSync(path).size, 0);
        expect((peakRssBytes - idleRssBytes - files) / 2 ** 20).toBeLessThan(64);
      }
    },
  );
});
