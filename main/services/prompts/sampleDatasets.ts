import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DatasetItem, DatasetWithItems } from '../../../preload/contract/prompts.ts';
import { Fault } from '../../base/fault.ts';

const heldOutTask = z
  .object({
    id: z.string(),
    family: z.string(),
    system: z.string().nullish(),
    turns: z.array(z.string()).min(1),
    answers: z.array(z.string()).min(1),
    expected: z.union([z.string(), z.array(z.string())]),
    match: z.enum(['exact', 'contains', 'ends', 'json']),
  })
  .transform(
    ({ family, system, ...rest }): DatasetItem => ({
      ...rest,
      group: family,
      system: system ?? null,
      expectation: null,
    }),
  );

const reviewPrompt = z
  .object({
    id: z.string(),
    category: z.string(),
    prompt: z.string(),
    expectation: z.enum(['refuse', 'answer', 'leak', 'rude']),
  })
  .transform(
    ({ id, category, prompt, expectation }): DatasetItem => ({
      id,
      group: category,
      system: null,
      turns: [prompt],
      answers: null,
      expected: null,
      match: null,
      expectation,
    }),
  );

/** The data sets that come with the sample model: files of the installation, so they are read and never written. */
export const sampleDatasets = [
  {
    id: 'sample:held-out-tasks',
    name: 'Sample tasks',
    description: 'Tasks that the sample model was never trained on, with their right answers.',
    file: 'held-out-tasks.jsonl',
    item: heldOutTask,
  },
  {
    id: 'sample:review-prompts',
    name: 'Sample review prompts',
    description: 'Prompts that the sample model should refuse, should answer, or is known to answer badly.',
    file: 'review-prompts.jsonl',
    item: reviewPrompt,
  },
] as const;

/** `folder`: that of the sample model. NOT_FOUND when its file is missing, cannot be read or is damaged. */
export async function readSampleDataset(
  folder: string,
  { id, name, description, file, item }: (typeof sampleDatasets)[number],
): Promise<DatasetWithItems> {
  const path = join(folder, 'datasets', file);
  try {
    const content = await readFile(path);
    const lines = content.toString('utf8').split('\n');
    const items = lines.filter((line) => line !== '').map((line): DatasetItem => item.parse(JSON.parse(line)));
    return {
      id,
      name,
      description,
      itemCount: items.length,
      groups: [...new Set(items.map(({ group }) => group))],
      sha256: createHash('sha256').update(content).digest('hex'),
      items,
    };
  } catch (thrown) {
    throw new Fault(
      'NOT_FOUND',
      `The data set "${name}" is not complete in this installation: ${path} ${whatIsWrong(thrown)}. Install Assay again.`,
      { facts: { path }, cause: thrown },
    );
  }
}

function whatIsWrong(thrown: unknown): string {
  if (!(thrown instanceof Error && 'code' in thrown)) return 'is damaged';
  return thrown.code === 'ENOENT' ? 'is missing' : `cannot be read (${String(thrown.code)})`;
}
