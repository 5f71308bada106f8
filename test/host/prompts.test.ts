import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPrompts } from '../../main/services/prompts/index.ts';

const sampleFolder = join(import.meta.dirname, '../../native/sample-model');
const prompts = createPrompts({ sampleFolder });

describe('the data sets that come with the sample model', () => {
  it('are listed with the hash of their content', async () => {
    const datasets = await prompts.datasets();
    expect(datasets.map(({ id }) => id)).toEqual(['sample:held-out-tasks', 'sample:review-prompts']);
    const file = readFileSync(join(sampleFolder, 'datasets/held-out-tasks.jsonl'));
    expect(datasets[0]?.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    expect(datasets[0]?.groups.length).toBeGreaterThanOrEqual(10);
  });

  it('hold a right answer for every task, and for every review prompt what a reviewer should see', async () => {
    const tasks = await prompts.dataset('sample:held-out-tasks');
    expect(tasks.itemCount).toBe(tasks.items.length);
    expect(tasks.items.every(({ expected, match }) => expected !== null && match !== null)).toBe(true);
    const review = await prompts.dataset('sample:review-prompts');
    expect(new Set(review.items.map(({ expectation }) => expectation))).toEqual(
      new Set(['refuse', 'answer', 'leak', 'rude']),
    );
  });

  it('are told from what does not exist', async () => {
    await expect(prompts.dataset('mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
