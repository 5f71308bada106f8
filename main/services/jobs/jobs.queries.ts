import { z } from 'zod';
import { assayErrorData } from '../../../preload/contract/errors.ts';
import { type JobState, jobState, lane, progress } from '../../../preload/contract/jobs.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

const jobRow = z.object({
  id: z.string(),
  workspace: z.string(),
  kind: z.string(),
  lane,
  position: z.number(),
  title: z.string(),
  subject: z.string().nullable(),
  state: jobState,
  progress_json: jsonText.pipe(progress).nullable(),
  error_json: jsonText.pipe(assayErrorData).nullable(),
  created_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
/** A job as it is stored, without its input and checkpoint. */
export type JobRow = z.output<typeof jobRow>;

const columns =
  'id, workspace, kind, lane, position, title, subject, state, progress_json, error_json, created_at, started_at, ended_at';

export function selectJob(read: ReadHandle, id: string): JobRow | undefined {
  const row = read.get(`SELECT ${columns} FROM jobs WHERE id = ?`, id);
  return row === undefined ? undefined : jobRow.parse(row);
}

/** Newest first: all that have not ended, and of the others as many as `limit`. */
export function selectJobs(read: ReadHandle, limit: number): JobRow[] {
  const sql = `SELECT ${columns} FROM jobs
    WHERE state IN ('queued', 'running') OR id IN
      (SELECT id FROM jobs WHERE state NOT IN ('queued', 'running') ORDER BY rowid DESC LIMIT ?)
    ORDER BY rowid DESC`;
  return read.all(sql, limit).map((row) => jobRow.parse(row));
}

/** Those that the last process left queued or running, oldest first. */
export function selectUnended(read: ReadHandle): JobRow[] {
  const sql = `SELECT ${columns} FROM jobs WHERE state IN ('queued', 'running') ORDER BY position`;
  return read.all(sql).map((row) => jobRow.parse(row));
}

const workRow = z.object({ input_json: jsonText, checkpoint_json: jsonText.nullable() });

/** What a job was given and what it has kept, both as yet unparsed by its kind. */
export function selectWork(read: ReadHandle, id: string): { input: unknown; checkpoint: unknown } | undefined {
  const row = read.get('SELECT input_json, checkpoint_json FROM jobs WHERE id = ?', id);
  if (row === undefined) return undefined;
  const parsed = workRow.parse(row);
  return { input: parsed.input_json, checkpoint: parsed.checkpoint_json };
}

export function insertJob(write: WriteHandle, row: JobRow, input: unknown): void {
  write.run(
    `INSERT INTO jobs (id, workspace, kind, lane, position, title, subject, state, input_json, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.workspace,
    row.kind,
    row.lane,
    row.position,
    row.title,
    row.subject,
    row.state,
    JSON.stringify(input),
    row.created_at,
  );
}

export function nextPosition(read: ReadHandle): number {
  const row = read.get('SELECT coalesce(max(position), 0) + 1 AS next FROM jobs');
  return z.object({ next: z.number() }).parse(row).next;
}

/** Writes everything of a job that changes while it lives. */
export function updateJob(write: WriteHandle, row: JobRow): void {
  write.run(
    `UPDATE jobs SET position = ?, state = ?, progress_json = ?, error_json = ?, started_at = ?, ended_at = ? WHERE id = ?`,
    row.position,
    row.state,
    row.progress_json === null ? null : JSON.stringify(row.progress_json),
    row.error_json === null ? null : JSON.stringify(row.error_json),
    row.started_at,
    row.ended_at,
    row.id,
  );
}

export function updateCheckpoint(write: WriteHandle, id: string, state: unknown): void {
  write.run('UPDATE jobs SET checkpoint_json = ? WHERE id = ?', state === null ? null : JSON.stringify(state), id);
}

export function deleteJob(write: WriteHandle, id: string): void {
  write.run('DELETE FROM jobs WHERE id = ?', id);
}

/** Deletes all jobs in these states. */
export function deleteJobs(write: WriteHandle, states: readonly JobState[]): void {
  for (const state of states) write.run('DELETE FROM jobs WHERE state = ?', state);
}
