import { describe, expect, it } from 'vitest';
import { batchOf, groupsOf, layoutOf, sideBySideOf } from '../../main/inference/child/labPlan.ts';

const mebibyte = 2 ** 20;
/** Chunks of a text, of which the second half is scored. */
function input(context: number, chunks = 4) {
  const targets = Int32Array.from({ length: context / 2 - 1 }, (_, row) => context / 2 + 1 + row);
  return { context, chunks: Array.from({ length: chunks }, () => ({ tokens: new Int32Array(context), targets })) };
}
/** Of `layers` million weights beside one matrix for tokens and logits, as wide as 512; in 16 bits. */
function model(layers = 40, vocabulary = 128_256) {
  const parameters = vocabulary * 512 + layers * 1e6;
  return { tensorBytes: parameters * 2, header: { parameters, embeddingLength: 512 } };
}

describe('how chunks are run through the models', () => {
  it('as in llama-perplexity as many chunks come together as have 2048 tokens, a graph of 512 at a time', () => {
    const all = { batch: 512, inBlocks: false };
    expect(layoutOf(input(512), 1536, [model()], 40)).toMatchObject({ ...all, sequences: 4, outputs: 512 });
    expect(layoutOf(input(1024), 1536, [model()], 40)).toMatchObject({ ...all, sequences: 2, outputs: 512 });
    expect(layoutOf(input(700), 1536, [model()], 40)).toMatchObject({ ...all, sequences: 2, outputs: 512 });
    expect(layoutOf(input(300), 1536, [model()], 40)).toMatchObject({ ...all, sequences: 6, outputs: 512 });
    expect(layoutOf(input(8192), 1536, [model()], 40)).toMatchObject({ ...all, sequences: 1 });
    expect(layoutOf(input(8), 1536, [model()], 5)).toMatchObject({ together: 5, sequences: 5, batch: 40 });
    expect(layoutOf(input(8), 1536, [model()], 400)).toMatchObject({ ...all, sequences: 128, outputs: 384 });
  });

  it('without room for all rows of a graph they come in blocks of about one size, no small one at the end', () => {
    const blocks = { inBlocks: true, batch: 512 };
    expect(layoutOf(input(512), 32_000, [model()], 40)).toMatchObject({ ...blocks, sequences: 4, outputs: 64 });
    expect(layoutOf(input(6), 65_536, [model()], 400)).toMatchObject({ ...blocks, sequences: 128, outputs: 64 });
    expect(layoutOf(input(2048), 32_000, [model()], 40)).toMatchObject({ ...blocks, sequences: 1, outputs: 64 });
    const one = { context: 260, chunks: [{ tokens: new Int32Array(260), targets: new Int32Array(20) }] };
    expect(layoutOf(one, 65_536, [model()], 40)).toMatchObject({ ...blocks, sequences: 7, outputs: 48 });
  });

  it('with a large vocabulary one chunk is read at a time, cut as beside others', () => {
    const layout = (context: number, total = 40) => layoutOf(input(context), 128_256, [model()], total);
    expect(layout(512)).toMatchObject({ sequences: 1, together: 4, batch: 128, outputs: 32, inBlocks: true });
    expect(layout(1024)).toMatchObject({ sequences: 1, together: 2, batch: 256, outputs: 32 });
    expect(layout(4096)).toMatchObject({ sequences: 1, together: 1, batch: 512 });
    // However few rows there are: llama.cpp would have them twice in each model.
    expect(layout(64, 64)).toMatchObject({ sequences: 1, batch: 16, outputs: 16, inBlocks: true });
    // The last two are read together by llama-perplexity, so as many more tokens of each at once.
    expect(layout(512, 42)).toMatchObject({ sequences: 1, together: 4, batch: 256 });
    const batches = [0, 1, 39, 40, 41].map((chunk) => batchOf(layout(512, 42), 512, [chunk], 42));
    expect(batches).toEqual([128, 128, 128, 256, 256]);
    expect(batchOf(layout(512, 1), 512, [0], 1)).toBe(512);
  });

  it('four where tokens of one are left over from the fours in which kernels take them, and none with one that llama-perplexity reads apart', () => {
    const plan = (context: number, total: number) => layoutOf(input(context), 128_256, [model()], total);
    expect(plan(512, 43)).toMatchObject({ together: 4, sequences: 4, batch: 512 });
    expect(plan(510, 40)).toMatchObject({ together: 4, sequences: 4, batch: 512 });
    expect(plan(200, 40)).toMatchObject({ together: 10, sequences: 4, batch: 204 });
    expect(plan(700, 40)).toMatchObject({ together: 2, sequences: 1, batch: 256 });
    const layout = plan(300, 14);
    expect(layout).toMatchObject({ together: 6, sequences: 4, batch: 512 });
    expect(plan(16, 200)).toMatchObject({ together: 128, sequences: 16, batch: 112 });
    const groups = groupsOf(layout, 14);
    expect(groups).toEqual([
      [0, 1, 2, 3],
      [4, 5],
      [6, 7, 8, 9],
      [10, 11],
      [12, 13],
    ]);
    expect(groups.map((group) => batchOf(layout, 300, group, 14))).toEqual([340, 170, 340, 170, 512]);
  });

  it.each([
    [128_256, 1, 32],
    [128_256, 3, 16],
    [128_256, 5, 12],
    [128_256, 11, 4],
    [262_144, 1, 16],
    [262_144, 3, 8],
    [70_000, 1, 64],
  ])('of %i tokens and %i candidates, in blocks of %i rows, which take 40 MiB', (vocabulary, candidates, rows) => {
    const { outputs, inBlocks } = layoutOf(input(512), vocabulary, Array(candidates).fill(model(40, vocabulary)), 40);
    expect([outputs, inBlocks]).toEqual([rows, true]);
    if (rows > 4) expect((candidates + 1) * rows * vocabulary * 4).toBeLessThanOrEqual(40 * mebibyte);
  });

  it.each([
    [0, 1, 16],
    [0, 3, 12],
    [0, 4, 8],
    [0, 8, 4],
    [4, 4, 16],
  ])(
    'of models with %i million weights beside the matrix of the logits and %i candidates, in blocks of %i rows',
    (layers, candidates, rows) => {
      const { outputs } = layoutOf(input(512), 128_256, Array(candidates).fill(model(layers)), 40);
      expect(outputs).toBe(rows);
    },
  );
});

describe('how many groups are read side by side', () => {
  const group = {
    threads: 4,
    groups: 100,
    vocabulary: 32_000,
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

  it('is one with a large vocabulary', () => {
    expect(sideBySideOf({ ...group, vocabulary: 65_536 })).toBe(4);
    expect(sideBySideOf({ ...group, vocabulary: 128_256 })).toBe(1);
  });
});
