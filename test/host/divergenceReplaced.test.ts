import { copyFileSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReplaced, markOf } from '../../main/base/fileMark.ts';
import type { DivergenceInput } from '../../preload/contract/divergence.ts';
import { temporaryFolder } from '../helpers/command.ts';
import { ended, type LabHost, measured, openLabHost } from '../helpers/labHost.ts';
import { sampleFile } from '../helpers/labModels.ts';

const tasks = readFileSync(join(import.meta.dirname, '../fixtures/divergence/tasks.txt'), 'utf8').repeat(3);

describe('a file that lies where another one lay', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(() => lab.close());
  const put = (type: string, path: string) => copyFileSync(sampleFile(type), path);
  const asked = (reference: string, candidates: string[], chunks: number): DivergenceInput => ({
    reference: { model: reference },
    candidates: candidates.map((model) => ({ model })),
    text: { kind: 'text', name: 'tasks.txt', text: tasks },
    contextSize: 128,
    chunks,
    threads: 1,
  });

  it('is known by what it holds, not by its time', () => {
    const path = join(temporaryFolder(), 'a.gguf');
    put('Q4_K_M', path);
    const mark = markOf(path);
    utimesSync(path, 1, 1);
    expect(isReplaced(path, mark)).toBe(false);
    put('Q2_K', path);
    expect(isReplaced(path, mark)).toBe(true);
    rmSync(path);
    expect(isReplaced(path, mark)).toBe(false);
  });

  it('is told of where it came while the first was measured', async ({ skip }) => {
    skip(lab.why !== null || process.platform === 'win32', lab.why ?? 'Windows keeps open files.');
    const [reference, candidate, next] = ['one', 'two', 'three'].map((name) => join(lab.folder, `${name}.gguf`)) as [
      string,
      string,
      string,
    ];
    put('F16', reference);
    put('Q4_K_M', candidate);
    put('Q2_K', next);
    let moved = false;
    const { started, job } = await ended(
      lab,
      () => lab.api.divergence.start(asked(reference, [candidate], 24)),
      ({ progress }) => {
        if (moved || progress?.unit !== 'chunks' || progress.done < 4) return;
        moved = true;
        renameSync(next, candidate);
      },
    );
    expect([job.state, moved]).toEqual(['done', true]);
    const { notes } = await lab.api.divergence.get({ id: started.id });
    expect(notes).toEqual([expect.stringContaining('two.gguf was replaced while it was measured.')]);
  });

  it('is not measured on: neither as a candidate nor as the reference, until the first is back', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const [reference, candidate, whole] = ['reference', 'candidate', 'whole'].map((name) =>
      join(lab.folder, `${name}.gguf`),
    ) as [string, string, string];
    put('F16', reference);
    put('Q4_K_M', candidate);
    put('Q2_K', whole);
    const chunks = 24;
    const { started, job } = await ended(
      lab,
      () => lab.api.divergence.start(asked(reference, [candidate, whole], chunks)),
      ({ id, progress }) => {
        if (progress?.unit === 'chunks' && progress.done >= 4) void lab.api.jobs.cancel({ id }).catch(() => undefined);
      },
    );
    expect(job.state).toBe('cancelled');
    const { id, jobId } = started;
    const before = await lab.api.divergence.get({ id });
    expect(before.chunksDone).toBeGreaterThan(0);
    expect(before.chunksDone).toBeLessThan(chunks);
    const resumed = async () =>
      (
        await ended(lab, async () => {
          await lab.api.jobs.resume({ id: jobId });
          return { jobId };
        })
      ).job;

    put('Q2_K', reference);
    expect((await resumed()).error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/reference\.gguf is another file than the one of which the first \d+ chunks/),
    });
    put('F16', reference);
    put('Q2_K', candidate);
    expect((await resumed()).error).toMatchObject({ code: 'CONFLICT', facts: { model: candidate } });
    const half = await lab.api.divergence.get({ id });
    expect(half.columns.map(({ chunksDone }) => chunksDone)).toEqual([chunks, before.columns[1]?.chunksDone, chunks]);
    expect(half.columns[1]?.error?.message).toMatch(
      /candidate\.gguf is another file .*Bring that one back, or begin a new run\.$/,
    );

    put('Q4_K_M', candidate);
    // What is measured whole is asked for no more: its numbers stay, whatever became of its file.
    rmSync(whole);
    expect((await resumed()).state).toBe('done');
    const after = await lab.api.divergence.get({ id });
    expect(after.columns.map(({ chunksDone, error }) => [chunksDone, error])).toEqual(
      Array.from({ length: 3 }, () => [chunks, null]),
    );
  });

  it('costs a candidate nothing that is taken away while it is measured', async ({ skip }) => {
    skip(lab.why !== null || process.platform === 'win32', lab.why ?? 'Windows keeps open files.');
    const file = join(lab.folder, 'leaves.gguf');
    put('Q4_K_M', file);
    const { started, job } = await ended(
      lab,
      () => lab.api.divergence.start(asked('sample', [file], 24)),
      ({ progress }) => {
        if (progress?.unit === 'chunks' && progress.done >= 4) rmSync(file, { force: true });
      },
    );
    expect(job).toMatchObject({ state: 'done', error: null });
    const { columns, candidates } = await lab.api.divergence.get({ id: started.id });
    expect(columns[1]).toMatchObject({ chunksDone: 24, error: null });
    expect(candidates[0]?.kld.mean).toBeGreaterThan(0);
  });

  it('has no measurement of what lay there before', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const file = join(lab.folder, 'shown.gguf');
    put('Q4_K_M', file);
    await measured(lab, asked('sample', [file], 6));
    const shown = async () => (await lab.api.divergence.measurements()).find((one) => one.file === file);
    expect(await shown()).toMatchObject({ file, kldMean: expect.any(Number) });
    put('Q2_K', file);
    expect(await shown()).toBeUndefined();
    put('Q4_K_M', file);
    expect(await shown()).toBeDefined();
  });
});
