import { z } from 'zod';
import { type BackupSchedule, backupsStatus, changeBackupScheduleInput } from '../../../preload/contract/backups.ts';
import { command, query, router } from '../../base/procedure.ts';
import type { Backups } from './backups.ts';

/** Backups that are made by themselves. */
export function createBackupsRouter(backups: Backups) {
  return router({
    /** → the schedule, the last backup, the next one, and those that are kept. */
    status: query.output(backupsStatus).query(() => backups.status()),
    /** Any of the schedule → the status. BAD_INPUT for a folder that is none. */
    change: command
      .meta({
        facts: ({ enabled, folder, everyDays, keep }: Partial<BackupSchedule>) => ({
          enabled: enabled ?? null,
          folder: folder ?? null,
          everyDays: everyDays ?? null,
          keep: keep ?? null,
        }),
        roles: ['owner'],
      })
      .input(changeBackupScheduleInput)
      .output(backupsStatus)
      .mutation(({ input }) => backups.change(input)),
    /** Makes the scheduled backup now, as a job. CONFLICT without a folder or while one is made. */
    runNow: command.output(z.object({ jobId: z.string() })).mutation(() => backups.runNow()),
  });
}
