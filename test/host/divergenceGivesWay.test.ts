import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabHost, openLabHost } from '../helpers/labHost.ts';

const tasks = readFileSync(join(import.meta.dirname, '../fixtures/divergence/tasks.txt'), 'utf8');

describe('a divergence run beside a person who asks', { timeout: 300_000 }, () => {
  let lab: LabHost;
  beforeAll(async () => {
    lab = await openLabHost();
  });
  afterAll(async () => {
    await lab.close();
  });

  it('gives way between two chunks, frees its models, and goes on to all of its chunks', async ({ skip }) => {
    skip(lab.why !== null, lab.why ?? '');
    const { api } = lab;
    const jobs = (await api.jobs.watch())[Symbol.asyncIterator]();
    let next = jobs.next();
    const run = await api.divergence.start({
      reference: { model: 'sample' },
      candidates: [{ model: 'sample:Q2_K' }, { model: 'sample:Q4_K_M' }],
      text: { kind: 'text', name: 'tasks.txt', text: tasks.repeat(3) },
      contextSize: 64,
      chunks: 100,
      threads: 1,
    });
    let asked: { id: string; jobId: string } | undefined;
    const order: string[] = [];
    for (let open = 2; open > 0; ) {
      const { value: job, done } = await next;
      if (done) throw new Error('the queue ended');
      next = jobs.next();
      if (job.id === run.jobId && asked === undefined && (job.progress?.done ?? 0) >= 2 && job.state === 'running')
        asked = await api.compare.start({
          models: ['sample'],
          prompts: ['Say hello.'],
          sampler: { maxTokens: 8 },
          threads: 1,
        });
      if (job.endedAt === null || order.includes(job.id)) continue;
      expect(job.error).toBeNull();
      order.push(job.id);
      open--;
    }
    next.catch(() => undefined);
    expect(order).toEqual([asked?.jobId, run.jobId]);
    let turns = 0;
    const count = () => {
      turns++;
      waiting = setImmediate(count);
    };
    let waiting = setImmediate(count);
    const after = await api.divergence.get({ id: run.id });
    clearImmediate(waiting);
    // Others are answered between two candidates.
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(after.chunksDone).toBe(after.chunkCount);
    expect(after.chunkCount).toBe(100);
  });
});
