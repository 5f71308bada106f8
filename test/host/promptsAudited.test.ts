import { describe, expect, it } from 'vitest';
import { exported } from '../../main/services/prompts/audited.rules.ts';
import { openWebUi } from '../helpers/foreignChats.ts';
import { promptsFixture } from '../helpers/promptsFixture.ts';

describe('the audit log', () => {
  it('says of an export whether it was chosen, found or the whole history', () => {
    expect(exported({ format: 'markdown', ids: ['a', 'b'] })).toEqual({
      format: 'markdown',
      entries: 2,
      part: 'the first',
    });
    const whole = { format: 'jsonl', all: 'the whole history', part: 'the first' };
    expect(exported({ format: 'jsonl' })).toEqual(whole);
    expect(exported({ format: 'jsonl', matching: { search: '', tags: [] } })).toEqual(whole);
    expect(exported({ format: 'jsonl', matching: { search: 'secret' }, after: '5' })).toEqual({
      format: 'jsonl',
      all: 'that a filter found',
      part: 'a further one',
    });
  });

  it('has how many answers went out and came in, and who did it', async () => {
    const fixture = promptsFixture();
    const by = { person: 'owner', role: 'engineer', home: 'desktop' } as const;
    const base64 = Buffer.from(JSON.stringify(openWebUi)).toString('base64');
    await fixture.prompts.import({ files: [{ name: 'chats.json', base64 }] }, by);
    fixture.prompts.export({ format: 'jsonl' }, by);
    expect(fixture.audit.list({ limit: 2 })).toMatchObject([
      { action: 'prompts.exported', person: 'owner', facts: { entries: 3, last: true } },
      { action: 'prompts.imported', person: 'owner', facts: { conversations: 1, added: 3, known: 0, skipped: 0 } },
    ]);
  });
});
