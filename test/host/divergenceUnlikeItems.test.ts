import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addonStands,
  fixture,
  type LabFixture,
  labModel,
  makeModel,
  measured,
  openLabFixture,
  smallModel,
  whyNoAddon,
} from '../helpers/labModels.ts';

describe.skipIf(!addonStands)(`a data set of unlike items${whyNoAddon}`, { timeout: 120_000 }, () => {
  let lab: LabFixture;
  beforeAll(() => {
    lab = openLabFixture();
  });
  afterAll(() => lab.close());

  it.each([40_000, 70_000])('has of each item the numbers that it has alone, with %i tokens', async (vocabulary) => {
    const model = makeModel(lab.path(`${vocabulary}.gguf`), { ...smallModel, vocabulary, type: 'F16' });
    const text = readFileSync(fixture('text.txt'), 'utf8');
    // The one between two that go on is the shortest.
    const items = [400, 60, 330, 45, 420].map((length, index) => [
      { text: text.slice(index * 500, index * 500 + 20), special: false, scored: false },
      { text: text.slice(index * 500 + 20, index * 500 + length), special: false, scored: true },
    ]);
    const numbersOf = async (sequences: typeof items) => {
      const { chunks } = await measured(lab.lab, {
        reference: labModel(model),
        candidates: [labModel(model)],
        input: { kind: 'segments', sequences },
        threads: 2,
      });
      return chunks.map(({ reference }) => Array.from(reference?.nll ?? []));
    };
    const together = await numbersOf(items);
    expect(together).toHaveLength(items.length);
    for (const [index, item] of items.entries()) {
      const [alone = []] = await numbersOf([item]);
      expect(alone.length).toBeGreaterThan(10);
      expect(together[index]?.length).toBe(alone.length);
      for (const [row, value] of alone.entries()) expect(together[index]?.[row]).toBeCloseTo(value, 1);
    }
  });
});
