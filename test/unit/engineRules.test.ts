import { describe, expect, test } from 'vitest';
import { doesNotFit } from '../../main/services/engine/engine.rules.ts';
import type { MemoryEstimate } from '../../preload/contract/models.ts';

const MiB = 2 ** 20;
const estimate = (largestContext: number): MemoryEstimate => ({
  weightsBytes: 4000 * MiB,
  contextBytes: 500 * MiB,
  totalBytes: 4500 * MiB,
  availableBytes: 2000 * MiB,
  isLimited: false,
  fits: false,
  largestContext,
  method: 'from the header',
});

describe('a model that does not fit is refused with what would fit', () => {
  test('a smaller context, where one of some use would do', () => {
    const { code, message, facts } = doesNotFit('Hen', 8192, estimate(3000), 0);
    expect(code).toBe('NOT_ENOUGH_MEMORY');
    expect(message).toBe(
      'Hen with a context of 8192 tokens needs 4.4 GiB of memory and 2.0 GiB are free. It would fit with a context of 3000 tokens.',
    );
    expect(facts).toMatchObject({ neededBytes: 4500 * MiB, availableBytes: 2000 * MiB, largestContext: 3000 });
  });

  test('a smaller file, where its weights alone are too much', () => {
    expect(doesNotFit('Hen', 8192, estimate(0), 0).message).toContain(
      'Its weights alone take 3.9 GiB: choose a quantization whose file is smaller than 1.6 GiB, or close other programs.',
    );
  });

  test('more of the memory, where it is the settings that leave too little', () => {
    expect(doesNotFit('Hen', 8192, estimate(0), 0, 3000 * MiB).message).toBe(
      'Hen with a context of 8192 tokens needs 4.4 GiB of memory and 2.0 GiB are left of the 2.9 GiB that models may take. Its weights alone take 3.9 GiB: choose a quantization whose file is smaller than 1.6 GiB, or raise “Most memory for models” in the settings of the engine.',
    );
  });

  test('the end of the answers that run, where other models hold the memory', () => {
    expect(doesNotFit('Hen', 8192, estimate(3000), 2).message).toContain('run one at a time, or wait');
  });
});
