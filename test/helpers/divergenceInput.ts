import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DivergenceInput } from '../../preload/contract/divergence.ts';

/** A text that the sample hardly knows: its file, its words, and what a run takes of it. */
export const tasksFile = join(import.meta.dirname, '../fixtures/divergence/tasks.txt');
export const tasks = readFileSync(tasksFile, 'utf8').replace(/\n$/, '');
export const tasksText = { kind: 'text', name: 'tasks.txt', text: tasks } as const;

/** A run against the sample, on one thread, over the tasks, unless told otherwise. */
export function ask(candidates: string[], more: Partial<DivergenceInput> = {}): DivergenceInput {
  return {
    reference: { model: 'sample' },
    candidates: candidates.map((model) => ({ model })),
    text: tasksText,
    contextSize: 256,
    threads: 1,
    ...more,
  };
}
