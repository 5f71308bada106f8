import type { Job } from '../../preload/contract/jobs.ts';
import { fromErrorData } from '../base/fault.ts';
import type { Work } from './perform.ts';
import type { Session } from './session.ts';

/**
 * Starts a job, shows its progress on the terminal until it has ended, and cancels it when the command is interrupted. Returns what
 * `start` gave and how the job ended.
 */
export async function runJob<T extends { jobId: string }>(
  { api }: Session,
  { output, interruption }: Pick<Work, 'output' | 'interruption'>,
  start: () => Promise<T>,
): Promise<{ started: T; job: Job }> {
  // Watched before it starts, so that an end cannot be missed.
  const jobs = (await api.jobs.watch())[Symbol.asyncIterator]();
  let next = jobs.next();
  try {
    const started = await start();
    let cancelling: Promise<void> | undefined;
    const cancel = () => {
      cancelling = api.jobs.cancel({ id: started.jobId });
      // A failure is heard below, when the job has ended.
      cancelling.catch(() => undefined);
    };
    interruption.signal.addEventListener('abort', cancel, { once: true });
    if (interruption.signal.aborted) cancel();
    for (;;) {
      const { value: job, done } = await next;
      if (done) throw new Error('The queue ended before the job did.');
      next = jobs.next();
      if (job.id !== started.jobId) continue;
      output.progress(progressLine(job));
      if (job.endedAt === null) continue;
      output.progress('');
      await cancelling;
      return { started, job };
    }
  } finally {
    // It may wait for a next item that never comes: nobody waits for its end.
    void Promise.resolve(jobs.return?.()).catch(() => undefined);
    next.catch(() => undefined);
  }
}

/** Throws what a job failed with; a cancelled one throws nothing. */
export function throwFailure({ error }: Job): void {
  if (error !== null) throw fromErrorData(error);
}

function progressLine({ title, state, progress }: Job): string {
  if (state === 'queued' || progress === null) return title;
  const { done, total, secondsLeft, note } = progress;
  const share = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
  const left = secondsLeft === null ? '' : `, ${inWords(secondsLeft)} left`;
  return `${title}:${share}${left}${note === undefined ? '' : ` (${note})`}`.slice(
    0,
    (process.stderr.columns ?? 80) - 1,
  );
}

function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
