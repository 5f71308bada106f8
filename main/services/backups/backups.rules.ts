import type { BackupSchedule, ScheduledBackup } from '../../../preload/contract/backups.ts';

export const defaultSchedule: BackupSchedule = { enabled: false, folder: null, everyDays: 7, keep: 4 };

const day = 86_400_000;
/** After a failure it is tried again sooner than the schedule says, but not at every look. */
const retryAfter = day / 4;

/** When the next one is due, in milliseconds since 1970; null: never. In the past: now. */
export function dueAt(
  { enabled, folder, everyDays }: BackupSchedule,
  last: ScheduledBackup | null,
  lastGood: ScheduledBackup | null,
  now: number,
): number | null {
  if (!enabled || folder === null) return null;
  const regular = lastGood === null ? now : momentOf(lastGood, now) + everyDays * day;
  if (last === null || last.problem === null) return regular;
  return Math.max(regular, momentOf(last, now) + retryAfter);
}

/** A clock that was set back must not put the next one off for ever. */
function momentOf({ at }: ScheduledBackup, now: number): number {
  return Math.min(Date.parse(at), now);
}
