import { z } from 'zod';
import type { JobKind, JobWork } from '../../main/base/job.ts';
import type { Job } from '../../preload/contract/jobs.ts';
import { type Opened, openServices } from './openServices.ts';

const open = new Set<Opened>();

/** For afterEach. */
export async function closeServices(): Promise<void> {
  for (const one of open) await one.close();
  open.clear();
}

/** A store and a queue of their own. */
export function services(options: Parameters<typeof openServices>[0] = {}): Opened {
  const opened = openServices(options);
  open.add(opened);
  return opened;
}

const input = z.object({ name: z.string() });
type Input = z.infer<typeof input>;
export type Work = JobWork<Input>;

/** A kind of the batch lane that can be resumed, unless told otherwise. */
export function kind(
  name: string,
  run: (work: Work) => Promise<void>,
  rest: Partial<JobKind<Input>> = {},
): JobKind<Input> {
  return { kind: name, lane: 'batch', recovery: 'resume', input, title: (of) => `Do ${of.name}`, run, ...rest };
}

const ends = new Set(['done', 'failed', 'cancelled', 'interrupted']);

/** How a job ended, once it has. */
export async function ended({ jobs }: Opened, id: string): Promise<Job> {
  const stop = new AbortController();
  try {
    if (ends.has(jobs.get(id).state)) return jobs.get(id);
    for await (const job of jobs.watch(stop.signal)) if (job.id === id && ends.has(job.state)) return job;
    throw new Error('the watch ended before the job did');
  } finally {
    stop.abort();
  }
}

/** Resolves when the signal aborts, as a well-behaved kind does. */
export const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
