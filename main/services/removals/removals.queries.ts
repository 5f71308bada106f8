import type { ReadHandle, WriteHandle } from '../../db/store.ts';

export interface HiddenRow {
  subject: string;
  kind: string;
}

export function hide(write: WriteHandle, { subject, kind }: HiddenRow, token: number): void {
  write.run('INSERT OR REPLACE INTO removals (subject, kind, token) VALUES (?, ?, ?)', subject, kind, token);
}

/** Hidden by this token; without one all. */
export function selectHidden(read: ReadHandle, token?: number): HiddenRow[] {
  const sql = 'SELECT subject, kind FROM removals';
  return token === undefined ? read.all(`${sql} ORDER BY token`) : read.all(`${sql} WHERE token = ?`, token);
}

/** Those of these subjects that are hidden. */
export function selectThose(read: ReadHandle, subjects: readonly string[]): HiddenRow[] {
  const sql = 'SELECT subject, kind FROM removals WHERE subject IN (SELECT value FROM json_each(?))';
  return read.all(sql, JSON.stringify(subjects));
}

export function show(write: WriteHandle, subject: string): void {
  write.run('DELETE FROM removals WHERE subject = ?', subject);
}
