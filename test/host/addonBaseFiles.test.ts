import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GoldenLab, openGoldenLab } from '../helpers/labGolden.ts';
import {
  addonStands,
  fixture,
  labModel,
  makeModel,
  measured,
  printedNumbers,
  sampleFile,
  smallModel,
  whyNoAddon,
} from '../helpers/labModels.ts';

const file = { kind: 'file', path: fixture('text.txt') } as const;

describe.skipIf(!addonStands)(`base files of llama-perplexity${whyNoAddon}`, { timeout: 300_000 }, () => {
  let fixtureOfLab: GoldenLab;
  const lab = () => fixtureOfLab.lab;
  const at = (name: string) => fixtureOfLab.path(name);
  const golden = () => fixtureOfLab.golden;

  beforeAll(async () => {
    fixtureOfLab = await openGoldenLab();
  });
  afterAll(() => fixtureOfLab.close());

  it("gives the same numbers from the peer's base file", async () => {
    expect(
      createHash('sha256')
        .update(readFileSync(at('small-Q4_0.gguf')))
        .digest('hex'),
    ).toBe(golden().smallQuantizedSha256);
    const found = await measured(lab(), {
      reference: null,
      candidates: [labModel(at('small-Q4_0.gguf'))],
      input: { kind: 'base', path: fixture('peer-base.kld') },
      threads: 1,
    });
    fixtureOfLab.expectAgreement(printedNumbers(found), golden().small.candidates.Q4_0 ?? {});
    expect(found.result.reference).toBeNull();
  });

  it("writes a base file with the peer's head, tokens and rows, and measures the same from it", async () => {
    const work = { candidates: [labModel(at('small-Q4_0.gguf'))], threads: 1, context: golden().small.context };
    const first = await measured(lab(), {
      ...work,
      reference: labModel(at('small.gguf')),
      input: file,
      chunks: golden().small.chunks,
      saveBase: at('own.kld'),
    });
    const ours = readFileSync(at('own.kld'));
    const theirs = readFileSync(fixture('peer-base.kld'));
    expect(ours.length).toBe(theirs.length);
    const head = 20 + 4 * golden().small.context * golden().small.chunks;
    expect(ours.subarray(0, head).equals(theirs.subarray(0, head))).toBe(true);
    expect(await readdir(fixtureOfLab.folder)).not.toContainEqual(expect.stringContaining('.partial'));
    const again = await measured(lab(), {
      ...work,
      reference: null,
      input: { kind: 'base', path: at('own.kld') },
    });
    expect(again.candidates[0]?.kld).toEqual(first.candidates[0]?.kld);
    expect(again.candidates[0]?.deltaP).toEqual(first.candidates[0]?.deltaP);
    expect(again.reference.baseNll).toEqual(first.reference.baseNll);
  });

  it('is not measured against a base file of another vocabulary, and says how many tokens each has', async () => {
    const model = sampleFile('F16');
    const input = { kind: 'base', path: fixture('peer-base.kld') } as const;
    await expect(
      measured(lab(), { reference: null, candidates: [labModel(model)], input, threads: 1 }),
    ).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message:
        'peer-base.kld cannot stand for the reference: the base file is of a model with 512 tokens, and assay-sample-F16.gguf has 1536.',
      facts: { model },
    });
  });

  it('has the same numbers of a large vocabulary, whether a base file is written, read, or neither', async () => {
    const large = makeModel(at('large.gguf'), { ...smallModel, vocabulary: 70_000 });
    const candidates = [labModel(large)];
    const plain = await measured(lab(), { reference: labModel(large), candidates, input: file, chunks: 1, threads: 1 });
    const saveBase = at('large.kld');
    const work = { reference: labModel(large), candidates, input: file, chunks: 1, threads: 1, saveBase };
    const written = await measured(lab(), work);
    const read = await measured(lab(), {
      reference: null,
      candidates,
      input: { kind: 'base', path: saveBase },
      threads: 1,
    });
    for (const { notes } of [plain, written, read]) expect(notes).toEqual([]);
    // The very rows that were written: what 16 bits leave of a sum over 70,000 terms.
    expect(Math.max(...(read.candidates[0]?.kld ?? []).map(Math.abs))).toBeLessThan(5e-5);
    expect(read.candidates[0]?.nll).toEqual(written.candidates[0]?.nll);
    expect(plain.candidates[0]?.nll).toEqual(written.candidates[0]?.nll);
  });
});
