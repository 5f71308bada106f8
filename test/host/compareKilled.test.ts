import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCompare } from '../../main/services/compare/index.ts';
import { characterModels, createCharacterEngine } from '../helpers/characterEngine.ts';
import { openServices, passphrase } from '../helpers/openServices.ts';

const line = z.union([
  z.object({ id: z.string(), jobId: z.string(), state: z.string() }),
  z.object({ done: z.tuple([z.number(), z.number()]) }),
]);

const folders: string[] = [];
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs a comparison in a process of its own and kills that after so many answers were acknowledged. */
async function compareUntilKilled(folder: string, answers: number, order: string) {
  const script = join(import.meta.dirname, '../helpers/compareChild.ts');
  const child = spawn(process.execPath, [script, folder, '50', order], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const done: [number, number][] = [];
  let started: { id: string; jobId: string } | undefined;
  for await (const text of createInterface({ input: child.stdout })) {
    const said = line.parse(JSON.parse(text));
    if ('done' in said) done.push(said.done);
    else started = said;
    if (done.length >= answers) child.kill('SIGKILL');
  }
  expect(await exited).toBe('SIGKILL');
  children.delete(child);
  if (started === undefined) throw new Error('the child started nothing');
  return { ...started, done };
}

describe('a comparison whose process is killed', () => {
  it.each([
    ['one at a time', 7],
    ['one at a time', 63],
    ['all at once', 20],
  ])(
    'loses no answer that was acknowledged, is shown as interrupted, and goes on when asked to (%s, %i)',
    async (order, answers) => {
      const folder = mkdtempSync(join(tmpdir(), 'assay-killed-'));
      folders.push(folder);
      const { id, jobId, done } = await compareUntilKilled(folder, answers, order);

      const services = openServices({ folder });
      const engine = createCharacterEngine();
      const compare = createCompare({ ...services, models: characterModels(['base', 'q4']), engine });
      try {
        await services.vault.unlock({ kind: 'passphrase', passphrase });
        expect(services.jobs.get(jobId)).toMatchObject({ state: 'interrupted', resumable: true, subject: id });
        const view = { id, from: 0, count: 1000 };
        const before = compare.get(view).cells.filter(({ state }) => state === 'done');
        const kept = new Set(before.map(({ prompt, column }) => `${prompt}/${column}`));
        for (const [prompt, column] of done) expect(kept).toContain(`${prompt}/${column}`);

        // Nothing goes on by itself.
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(engine.begun).toBe(0);

        services.jobs.resume(jobId);
        for await (const _ of compare.watch(view, new AbortController().signal));
        const after = compare.get(view);
        expect(after.done).toBe(100);
        expect(engine.begun).toBe(100 - before.length);
        expect(after.cells.filter((cell) => kept.has(`${cell.prompt}/${cell.column}`))).toEqual(before);
        expect(
          after.cells.filter(({ column }) => column === 1).every(({ firstDivergence }) => firstDivergence === 5),
        ).toBe(true);
        expect(services.jobs.get(jobId).state).toBe('done');
      } finally {
        await services.close();
      }
    },
  );
});
