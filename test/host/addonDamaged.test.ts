import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readParts } from '../../main/inference/child/inspect.ts';
import { randomLlama, writeModel } from '../helpers/ggufModel.ts';
import { type GoldenLab, openGoldenLab } from '../helpers/labGolden.ts';
import { addonStands, finished, fixture, labModel, measured, sampleFile, smallModel } from '../helpers/labModels.ts';

const file = { kind: 'file', path: fixture('text.txt') } as const;

describe.skipIf(!addonStands)('a model whose numbers are none', { timeout: 300_000 }, () => {
  let lab: GoldenLab;
  beforeAll(async () => {
    lab = await openGoldenLab();
  });
  afterAll(() => lab.close());

  it('names weights that are no numbers by model and tensor, also where a kernel would swallow them', async () => {
    const measuredAgainst = (path: string, candidate: string) =>
      measured(lab.lab, {
        reference: labModel(path),
        candidates: [labModel(candidate)],
        input: file,
        context: 64,
        chunks: 1,
        threads: 1,
      });
    const parts = randomLlama(smallModel);
    parts.tensors.find(({ name }) => name === 'blk.1.ffn_down.weight')?.data.fill(Number.NaN, 0, 4);
    writeModel(lab.path('nan.gguf'), parts);
    // A scale that is no number, in one block of thousands.
    await finished(
      lab.lab.quantize({ input: sampleFile('F16'), output: lab.path('scale.gguf'), type: 'Q8_0', threads: 1 }),
    );
    const [part] = readParts(lab.path('scale.gguf'));
    const tensor = part?.header.tensors.find(({ name }) => name === 'blk.3.ffn_up.weight');
    const bytes = readFileSync(lab.path('scale.gguf'));
    bytes.writeUInt16LE(0x7e00, (part?.header.dataStart ?? 0) + (tensor?.offset ?? 0) + 50 * 34);
    writeFileSync(lab.path('scale.gguf'), bytes);
    for (const [against, name, where] of [
      [lab.path('small.gguf'), 'nan', 'blk.1.ffn_down.weight'],
      [sampleFile('F16'), 'scale', 'blk.3.ffn_up.weight'],
    ] as const)
      await expect(measuredAgainst(against, lab.path(`${name}.gguf`))).rejects.toMatchObject({
        code: 'MODEL_UNREADABLE',
        message: expect.stringContaining(`${name}.gguf is damaged: its tensor ${where} holds NaN or infinite weights.`),
        facts: { model: lab.path(`${name}.gguf`) },
      });
  });

  it('where it is to be quantized names the tensor, and one that a type has no numbers for', async () => {
    const quantizedTo = (type: 'Q8_0' | 'F16', name: string, tensor: string, value: number) => {
      const parts = randomLlama({ ...smallModel, type: 'F32' });
      parts.tensors.find((one) => one.name === tensor)?.data.fill(value);
      writeModel(lab.path(name), parts);
      return finished(lab.lab.quantize({ input: lab.path(name), output: lab.path('to.gguf'), type, threads: 1 }));
    };
    await expect(quantizedTo('Q8_0', 'nan32.gguf', 'blk.1.ffn_down.weight', Number.NaN)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('nan32.gguf is damaged: its tensor blk.1.ffn_down.weight holds NaN or infinite'),
    });
    await expect(quantizedTo('F16', 'large.gguf', 'output.weight', 3e38)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('weights of its tensor output.weight are too large for that type'),
    });
    expect(existsSync(lab.path('to.gguf'))).toBe(false);
  });

  it('names numbers that overflow by model, chunk and position, and says why a file cannot be loaded', async () => {
    const of = (change: (parts: ReturnType<typeof randomLlama>) => void, name: string) => {
      const parts = randomLlama({ ...smallModel, type: 'F32' });
      change(parts);
      writeModel(lab.path(name), parts);
      return measured(lab.lab, {
        reference: labModel(lab.path('small.gguf')),
        candidates: [labModel(lab.path(name))],
        input: file,
        context: 64,
        chunks: 2,
        threads: 1,
      });
    };
    const overflowing = of(
      ({ tensors }) => tensors.find(({ name }) => name === 'output.weight')?.data.fill(3e38),
      'o.gguf',
    );
    await expect(overflowing).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringMatching(/o\.gguf gives no numbers .* in chunk 1 before position 33/),
    });
    const lacking = of((parts) => {
      parts.tensors = parts.tensors.filter(({ name }) => name !== 'blk.1.ffn_up.weight');
    }, 'lacking.gguf');
    await expect(lacking).rejects.toMatchObject({
      message: expect.stringContaining("tensor 'blk.1.ffn_up.weight' not found"),
    });
  });
});
