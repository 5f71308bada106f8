import { describe, expect, it } from 'vitest';
import { layoutOf, sideBySideOf } from '../../main/inference/child/labPlan.ts';

const mebibyte = 2 ** 20;
/** Chunks of a text, of which the second half is scored. */
function input(context: number, chunks = 4) {
  const targets = Int32Array.from({ length: context / 2 - 1 }, (_, row) => context / 2 + 1 + row);
  return { context, chunks: Array.from({ length: chunks }, () => ({ tokens: new Int32Array(context), targets })) };
}

describe('how chunks are run through the models', () => {
  it('with room for all rows, the batches are those of llama-perplexity', () => {
    expect(layoutOf(input(512), 1536, [1e6])).toMatchObject({
      sequences: 4,
      batch: 2048,
      outputs: 1020,
      inBlocks: false,
    });
    expect(layoutOf(input(1024), 1536, [1e6])).toMatchObject({ sequences: 2, batch: 2048, inBlocks: false });
  });

  it('without, a chunk at a time is read whole, and its rows come in blocks of eights, no small one at the end', () => {
    expect(layoutOf(input(512), 32_000, [1e9])).toMatchObject({
      sequences: 1,
      batch: 512,
      outputs: 64,
      inBlocks: true,
    });
    expect(layoutOf(input(704), 32_000, [1e9])).toMatchObject({ batch: 512, outputs: 64 });
    expect(layoutOf(input(260), 65_536, [1e9])).toMatchObject({ batch: 260, outputs: 48 });
    expect(layoutOf(input(4096), 32_000, [1e6])).toMatchObject({ batch: 512, outputs: 64 });
  });

  it.each([
    [128_256, 1, 1, 8],
    [128_256, 3, 1, 4],
    [128_256, 11, 1, 4],
    [262_144, 1, 1, 4],
    [70_000, 1, 1, 16],
    [128_256, 3, 120, 8],
    [128_256, 3, 2000, 64],
  ])('of %i tokens and %i candidates of %i MiB, in blocks of %i rows', (vocabulary, candidates, size, rows) => {
    const files = Array.from({ length: candidates }, () => size * mebibyte);
    const { outputs, inBlocks } = layoutOf(input(512), vocabulary, files);
    expect([outputs, inBlocks]).toEqual([rows, true]);
    const blocks = 2 * (candidates + 1) * rows * vocabulary * 4;
    if (rows > 4) expect(blocks).toBeLessThanOrEqual(Math.max(20, (candidates * size) / 8) * mebibyte);
  });
});

describe('how many groups are read side by side', () => {
  const group = {
    threads: 4,
    groups: 100,
    vocabulary: 32_000,
    fileBytes: 100 * mebibyte,
    contextBytes: 50 * mebibyte,
    memoryBytes: 16_000 * mebibyte,
  };

  it('is one for each thread, if there are as many', () => {
    expect(sideBySideOf(group)).toBe(4);
    expect(sideBySideOf({ ...group, groups: 3 })).toBe(3);
  });

  it('is fewer where the contexts beside the first take more than a quarter of the memory, or 512 MiB', () => {
    expect(sideBySideOf({ ...group, memoryBytes: 400 * mebibyte })).toBe(3);
    expect(sideBySideOf({ ...group, memoryBytes: -1 })).toBe(1);
    expect(sideBySideOf({ ...group, contextBytes: 200 * mebibyte })).toBe(3);
  });

  it('is fewer with a large vocabulary where they take more than 20 MiB and a sixth of the files', () => {
    const large = { ...group, vocabulary: 128_256 };
    expect(sideBySideOf(large)).toBe(1);
    expect(sideBySideOf({ ...large, contextBytes: 10 * mebibyte })).toBe(3);
    expect(sideBySideOf({ ...large, fileBytes: 600 * mebibyte })).toBe(3);
  });
});
