import type { BackupsStatus, ScheduledBackup } from '../../../preload/contract/backups.ts';
import type { Job } from '../../../preload/contract/jobs.ts';

/** The scheduled backup that failed last, until a later one is made or the schedule is off: then nobody waits for it. */
export function failedBackup({ schedule, last }: BackupsStatus): (ScheduledBackup & { problem: string }) | null {
  return schedule.enabled && last !== null && last.problem !== null ? { ...last, problem: last.problem } : null;
}

/** Jobs but for backups that failed: `failedBackup` tells of those, once and for as long as it matters. */
export function otherJobs<Some extends Pick<Job, 'kind' | 'state'>>(jobs: readonly Some[]): Some[] {
  return jobs.filter(({ kind, state }) => kind !== 'backups.scheduled' || state !== 'failed');
}
