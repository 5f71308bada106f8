import { z } from 'zod';
import { type BackupSchedule, backupSchedule, type ScheduledBackup } from '../../../preload/contract/backups.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

const changed = backupSchedule.partial();
const settingsRow = z.object({ settings_json: jsonText.pipe(changed) });

/** What a person changed; the rest has its default. */
export function selectSchedule(read: ReadHandle): Partial<BackupSchedule> {
  const row = read.get('SELECT settings_json FROM backup_schedule WHERE id = 1');
  return row === undefined ? {} : settingsRow.parse(row).settings_json;
}

export function writeSchedule(write: WriteHandle, schedule: Partial<BackupSchedule>): void {
  write.run(
    'INSERT INTO backup_schedule (id, settings_json) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET settings_json = excluded.settings_json',
    JSON.stringify(schedule),
  );
}

/** Attempts that are remembered beside the backups that are kept. */
const remembered = 100;

export function insertBackup(write: WriteHandle, { at, path, sizeBytes, problem }: ScheduledBackup): void {
  write.run(
    'INSERT INTO scheduled_backups (at, path, size_bytes, problem) VALUES (?, ?, ?, ?)',
    at,
    path,
    sizeBytes,
    problem,
  );
  write.run(
    'DELETE FROM scheduled_backups WHERE path IS NULL AND sequence <= (SELECT max(sequence) FROM scheduled_backups) - ?',
    remembered,
  );
}

const columns = 'at, path, size_bytes AS sizeBytes, problem';

export function selectLast(read: ReadHandle): ScheduledBackup | null {
  return read.get<ScheduledBackup>(`SELECT ${columns} FROM scheduled_backups ORDER BY sequence DESC LIMIT 1`) ?? null;
}

/** Newest first: those that were made and did not make room yet. */
export function selectMade(read: ReadHandle): ScheduledBackup[] {
  return read.all<ScheduledBackup>(
    `SELECT ${columns} FROM scheduled_backups WHERE path IS NOT NULL ORDER BY sequence DESC`,
  );
}

/** Its file is gone; that it was made stays known. */
export function forgetFile(write: WriteHandle, path: string): void {
  write.run('UPDATE scheduled_backups SET path = NULL WHERE path = ?', path);
}
