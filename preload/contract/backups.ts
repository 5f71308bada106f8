import { z } from 'zod';

export const backupSchedule = z.object({
  enabled: z.boolean(),
  /** An existing folder, absolute; null: not chosen yet. */
  folder: z
    .string()
    .min(1)
    .max(4096)
    .refine((path) => !path.includes('\0'), 'A path holds no NUL.')
    .nullable(),
  /** Days between two backups. */
  everyDays: z.number().int().min(1).max(365),
  /** How many scheduled backups are kept; older ones make room. Backups made by hand are never touched. */
  keep: z.number().int().min(1).max(365),
});
export type BackupSchedule = z.infer<typeof backupSchedule>;
export const changeBackupScheduleInput = backupSchedule.partial();

export const scheduledBackup = z.object({
  at: z.string(),
  /** Null when it failed, or when its file is gone. */
  path: z.string().nullable(),
  sizeBytes: z.number(),
  /** Why it failed, in a sentence; null when it did not. */
  problem: z.string().nullable(),
});
export type ScheduledBackup = z.infer<typeof scheduledBackup>;

export const backupsStatus = z.object({
  schedule: backupSchedule,
  last: scheduledBackup.nullable(),
  /** The last one that was made and is still there. */
  lastGood: scheduledBackup.nullable(),
  /** When the next one is due; in the past: as soon as the store is open. Null while off. */
  nextAt: z.string().nullable(),
  /** Scheduled backups that are kept, newest first. */
  kept: z.array(scheduledBackup),
  isRunning: z.boolean(),
});
export type BackupsStatus = z.infer<typeof backupsStatus>;
