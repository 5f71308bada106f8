import type { ReadHandle, WriteHandle } from '../../db/store.ts';

export interface VersionRow {
  version: number;
  created_at: string;
  text: string;
  system: string | null;
  comment: string | null;
  sha256: string;
}
export interface SavedRow extends VersionRow {
  id: string;
  name: string;
  first_at: string;
}

const newest = `SELECT p.id, p.name, p.created_at AS first_at, v.version, v.created_at, v.text, v.system, v.comment, v.sha256
  FROM saved_prompts AS p JOIN saved_prompt_versions AS v ON v.prompt = p.id
  WHERE v.version = (SELECT max(version) FROM saved_prompt_versions WHERE prompt = p.id)
    AND p.id NOT IN (SELECT subject FROM removals)`;

/** Each with its newest version, by name; without what was removed. */
export function selectSaved(read: ReadHandle): SavedRow[] {
  return read.all(`${newest} ORDER BY p.name COLLATE NOCASE, p.id`);
}

export function selectSavedOne(read: ReadHandle, id: string): SavedRow | undefined {
  return read.get(`${newest} AND p.id = ?`, id);
}

/** Newest first. */
export function selectVersions(read: ReadHandle, id: string): VersionRow[] {
  return read.all(
    'SELECT version, created_at, text, system, comment, sha256 FROM saved_prompt_versions WHERE prompt = ? ORDER BY version DESC',
    id,
  );
}

export function insertSaved(write: WriteHandle, id: string, name: string, at: string): void {
  write.run('INSERT INTO saved_prompts (id, name, created_at) VALUES (?, ?, ?)', id, name, at);
}

export function renameSaved(write: WriteHandle, id: string, name: string): void {
  write.run('UPDATE saved_prompts SET name = ? WHERE id = ?', name, id);
}

export function insertVersion(write: WriteHandle, prompt: string, row: VersionRow): void {
  write.run(
    `INSERT INTO saved_prompt_versions (prompt, version, created_at, text, system, comment, sha256)
     VALUES (@prompt, @version, @created_at, @text, @system, @comment, @sha256)`,
    { prompt, ...row },
  );
}

export function deleteSaved(write: WriteHandle, id: string): number {
  return write.run('DELETE FROM saved_prompts WHERE id = ?', id).changes;
}
