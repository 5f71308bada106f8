import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BytePairModel, writeBytePairModel } from '../helpers/bytePairModel.ts';
import { addonStands, type LabFixture, labModel, measured, openLabFixture, whyNoAddon } from '../helpers/labModels.ts';

const merges = ['a b', 'b c', '1 1'];
const models = {
  reference: { merges, pre: 'gpt-2' },
  'other merges': { merges: ['b c', 'a b', '1 1'], pre: 'gpt-2' },
  'fewer merges': { merges: merges.slice(0, 2), pre: 'gpt-2' },
  // Takes every digit for itself.
  'other words': { merges, pre: 'starcoder' },
} satisfies Record<string, BytePairModel>;

describe.skipIf(!addonStands)(
  `a candidate with another tokenizer of byte pairs${whyNoAddon}`,
  { timeout: 120_000 },
  () => {
    let lab: LabFixture;
    beforeAll(() => {
      lab = openLabFixture();
      for (const [name, model] of Object.entries(models)) writeBytePairModel(lab.path(`${name}.gguf`), model);
    });
    afterAll(() => lab.close());

    const compare = (candidate: keyof typeof models, text: string) =>
      measured(lab.lab, {
        reference: labModel(lab.path('reference.gguf')),
        candidates: [labModel(lab.path(`${candidate}.gguf`))],
        input: { kind: 'text', text: text.repeat(20) },
        context: 64,
        threads: 1,
      });

    it('is refused with the first merge that differs, whatever the text', async () => {
      for (const text of ['abc ', 'nothing of it '])
        await expect(compare('other merges', text)).rejects.toMatchObject({
          code: 'BAD_INPUT',
          message:
            'other merges.gguf cannot be compared with reference.gguf: merge 1 is "a b" in the reference and "b c" in the candidate. Compare files of the same model.',
          facts: { model: lab.path('other merges.gguf') },
        });
    });

    it('is refused by its vocabulary where merges are missing', async () => {
      await expect(compare('fewer merges', 'abc ')).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(/token \d+ is ".+" in the reference and ".+" in the candidate/),
      });
    });

    it('is refused where the very text becomes other tokens, with the first that differs, and measured where it does not', async () => {
      await expect(compare('other words', 'what is 11? ')).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringMatching(
          /the text becomes other tokens, from token \d+ on \("11" in the reference and "1" in the candidate\); a text is cut into words as "gpt-2" in the reference and as "starcoder" in the candidate\. Compare/,
        ),
      });
      const { result } = await compare('other words', 'what is one and two? ');
      expect(result.candidates).toHaveLength(1);
    });
  },
);
