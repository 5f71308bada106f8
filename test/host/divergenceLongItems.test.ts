import { beforeAll, describe, expect, it } from 'vitest';
import { forkStarter } from '../../main/inference/forkStarter.ts';
import { createLab } from '../../main/inference/lab.ts';
import { runCommand } from '../helpers/command.ts';
import { measured, openLabHost, whyNoLab } from '../helpers/labHost.ts';
import { sampleFile } from '../helpers/labModels.ts';

const set = 'sample:held-out-tasks';
const message = (role: 'user' | 'assistant', text: string) => ({ role, text });
const models = { reference: { model: 'sample' }, candidates: [{ model: 'sample:Q8_0' }], threads: 1 };
const leftOut =
  /^(\d+) of (\d+) items were left out, longer than the context of 48 tokens: items [\d, ]+ and \d+ more\. With a context of (\d+) none is\.$/;

describe('items that are longer than the context', { timeout: 300_000 }, () => {
  let why: string | null = null;
  beforeAll(async () => {
    why = await whyNoLab();
  });

  it('are left out and named, and all others are measured', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const lab = await openLabHost();
    try {
      const text = { kind: 'dataset', dataset: set } as const;
      const run = await measured(lab, { ...models, text, contextSize: 48, chunks: 60 });
      const [note = ''] = run.notes.filter((one) => one.includes('longer than'));
      const [, left, of, room] = (leftOut.exec(note) ?? []).map(Number);
      expect(note).toMatch(leftOut);
      expect([run.chunkCount, (of ?? 0) - (left ?? 0)]).toEqual([60, 60]);
      for (const format of ['markdown', 'html', 'json'] as const)
        expect((await lab.api.divergence.export({ id: run.id, format })).text).toContain(note);

      const all = await measured(lab, { ...models, text, contextSize: room, chunks: of });
      expect(all.chunkCount).toBe(of);
      expect(all.notes.filter((one) => one.includes('longer than'))).toEqual([]);
      // An item is looked at by its own place, whatever was left out before it.
      const { tokens } = await lab.api.divergence.tokens({ id: run.id, candidate: 0, from: run.tokensScored - 1 });
      expect(tokens.at(-1)?.chunk).toBe((run.chunkCount ?? 0) - 1);
    } finally {
      await lab.close();
    }
  });

  it('are not spoken of where fewer are asked for than stand before them', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const lab = await openLabHost();
    try {
      const text = { kind: 'dataset', dataset: set } as const;
      const first = await measured(lab, { ...models, text, contextSize: 512, chunks: 1 });
      const one = await measured(lab, { ...models, text, contextSize: first.contextSize, chunks: 1 });
      expect([one.chunkCount, one.notes]).toEqual([1, []]);
      expect(one.tokensScored).toBe(first.tokensScored);
    } finally {
      await lab.close();
    }
  });

  it('are all that there is: a sentence says which context takes them', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const lab = createLab({ starter: forkStarter() });
    const chat = (text: string) => ({ messages: [message('user', text), message('assistant', text)] });
    const chats = [chat('one two three four five six seven'), chat('one two three four five six seven eight nine')];
    try {
      const plan = lab.plan({ model: sampleFile('F16'), input: { kind: 'chats', chats }, context: 16 });
      await expect(plan).rejects.toThrow(
        /^No item fits into the context of 16 tokens: the shortest, item 1, has \d+\. Choose a context of \d+, into which all fit\.$/,
      );
    } finally {
      await lab.close();
    }
  });

  it('are told of on the command line', async ({ skip }) => {
    skip(why !== null, why ?? '');
    const words = [
      '--reference',
      'sample',
      '--candidate',
      'sample:Q8_0',
      '--dataset',
      set,
      '--context',
      '48',
      '--chunks',
      '60',
    ];
    const { code, stdout, stderr } = await runCommand(['compare', '--ephemeral', '--threads', '1', ...words]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout.split('\n').filter((line) => leftOut.test(line))).toHaveLength(1);
  });
});
