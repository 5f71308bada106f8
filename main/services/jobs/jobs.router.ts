import { z } from 'zod';
import { clearJobsInput, job, jobIdInput } from '../../../preload/contract/jobs.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Jobs } from './jobs.ts';

/** The queue, as the tray sees it. Jobs are started by the commands of other domains. */
export function createJobsRouter(jobs: Jobs) {
  return router({
    /** Newest first: all that have not ended, and the last 500 that have. */
    list: query.output(z.array(job)).query(() => jobs.list()),
    /** First what is queued or running, then each change: at most one message a frame (16.7 ms) and job. */
    watch: query.subscription(async function* ({ signal }) {
      yield* jobs.watch(signal ?? new AbortController().signal);
    }),
    /** Ends a job, or decides that an interrupted one will not go on. NOT_FOUND. One that has ended stays as it is. */
    cancel: command
      .meta({ facts: (input: z.input<typeof jobIdInput>) => ({ job: input.id }) })
      .input(jobIdInput)
      .mutation(({ input }) => jobs.cancel(input.id)),
    /** Puts a resumable job back into the queue. NOT_FOUND; CONFLICT when it cannot go on. */
    resume: command
      .meta({ facts: (input: z.input<typeof jobIdInput>) => ({ job: input.id }) })
      .input(jobIdInput)
      .mutation(({ input }) => jobs.resume(input.id)),
    /** Takes an ended job off the list, or without an id all that are done, failed or cancelled. NOT_FOUND; CONFLICT while it runs. */
    clear: command
      .meta({ facts: (input: z.input<typeof clearJobsInput>) => ({ job: input.id ?? null }) })
      .input(clearJobsInput)
      .mutation(({ input }) => jobs.clear(input.id)),
  });
}
