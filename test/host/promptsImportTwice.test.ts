import { describe, expect, it } from 'vitest';
import { lmStudio } from '../helpers/foreignChats.ts';
import { promptsFixture } from '../helpers/promptsFixture.ts';

const fileOf = (name: string, value: unknown) => ({
  name,
  base64: Buffer.from(JSON.stringify(value)).toString('base64'),
});

describe('a chat of LM Studio', () => {
  it('is told from another that began at the same moment, and comes from any folder as the same', async () => {
    const { prompts } = promptsFixture();
    expect(await prompts.import({ files: [fileOf('a/one.conversation.json', lmStudio)] })).toMatchObject({ added: 2 });
    expect(await prompts.import({ files: [fileOf('two.conversation.json', lmStudio)] })).toMatchObject({ added: 2 });
    expect(await prompts.import({ files: [fileOf('b/one.conversation.json', lmStudio)] })).toMatchObject({ known: 2 });
  });

  it('that was generated anew since brings its new answer and keeps the earlier one', async () => {
    const { prompts } = promptsFixture();
    await prompts.import({ files: [fileOf('one.conversation.json', lmStudio)] });
    const later = JSON.parse(JSON.stringify(lmStudio).replace('A wading bird.', 'A tall wading bird.'));
    const files = [fileOf('one.conversation.json', later)];
    expect(await prompts.import({ files })).toMatchObject({ added: 1, known: 1 });
    expect(prompts.history.list({ search: 'wading' }).entries).toHaveLength(2);
  });
});
