import { z } from 'zod';
import { jsonText } from '../../base/jsonText.ts';
import type { SourceFile } from '../../base/sourceFile.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import { type HeaderFacts, headerFacts } from '../../inference/protocol.ts';

const modelRow = z.object({
  id: z.string(),
  path: z.string(),
  added_at: z.string(),
  size_bytes: z.number(),
  modified_at: z.number(),
  inode: z.string(),
  facts_json: jsonText.pipe(headerFacts),
  source: z.string().nullable(),
  label: z.string().nullable(),
  sha256: z.string().nullable(),
  previous_sha256: z.string().nullable(),
});
const fileRow = z.object({
  model: z.string(),
  path: z.string(),
  size_bytes: z.number(),
  modified_at: z.number(),
  inode: z.string(),
  sha256: z.string().nullable(),
});

export interface HashedFile {
  path: string;
  file: SourceFile;
  sha256: string | null;
}

/** A model of the library as it is stored. */
export interface StoredModel {
  id: string;
  path: string;
  addedAt: string;
  file: SourceFile;
  facts: HeaderFacts;
  source: string | null;
  label: string | null;
  sha256: string | null;
  previousSha256: string | null;
  files: HashedFile[];
}

/** In the order in which they were added. */
export function selectModels(read: ReadHandle): StoredModel[] {
  const files = new Map<string, HashedFile[]>();
  const fileColumns = 'model, path, size_bytes, modified_at, inode, sha256';
  for (const raw of read.all(`SELECT ${fileColumns} FROM model_files ORDER BY model, position`)) {
    const { model, path, sha256, ...row } = fileRow.parse(raw);
    const file = { size: row.size_bytes, modifiedAt: row.modified_at, inode: row.inode };
    files.set(model, [...(files.get(model) ?? []), { path, file, sha256 }]);
  }
  return read.all('SELECT * FROM models ORDER BY id').map((raw) => {
    const row = modelRow.parse(raw);
    const file = { size: row.size_bytes, modifiedAt: row.modified_at, inode: row.inode };
    return {
      id: row.id,
      path: row.path,
      addedAt: row.added_at,
      file,
      facts: row.facts_json,
      source: row.source,
      label: row.label,
      sha256: row.sha256,
      previousSha256: row.previous_sha256,
      files: files.get(row.id) ?? [{ path: row.path, file, sha256: row.sha256 }],
    };
  });
}

/** Writes a model over what was known of its id. */
export function upsertModel(write: WriteHandle, model: StoredModel): void {
  write.run(
    `INSERT INTO models (id, path, added_at, size_bytes, modified_at, inode, facts_json, source, label, sha256, previous_sha256)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET path = excluded.path, size_bytes = excluded.size_bytes, modified_at = excluded.modified_at,
       inode = excluded.inode, facts_json = excluded.facts_json, source = excluded.source, label = excluded.label,
       sha256 = excluded.sha256, previous_sha256 = excluded.previous_sha256`,
    model.id,
    model.path,
    model.addedAt,
    model.file.size,
    model.file.modifiedAt,
    model.file.inode,
    JSON.stringify(model.facts),
    model.source,
    model.label,
    model.sha256,
    model.previousSha256,
  );
  write.run('DELETE FROM model_files WHERE model = ?', model.id);
  model.files.forEach(({ path, file, sha256 }, position) => {
    write.run(
      'INSERT INTO model_files (model, position, path, size_bytes, modified_at, inode, sha256) VALUES (?, ?, ?, ?, ?, ?, ?)',
      model.id,
      position,
      path,
      file.size,
      file.modifiedAt,
      file.inode,
      sha256,
    );
  });
}

/** Ids of those that were taken off the list, as long as that can be undone. */
export function selectHidden(read: ReadHandle): Set<string> {
  const sql = 'SELECT id FROM models WHERE id IN (SELECT subject FROM removals)';
  return new Set(read.all<{ id: string }>(sql).map(({ id }) => id));
}

export function deleteModel(write: WriteHandle, id: string): number {
  write.run('DELETE FROM model_tags WHERE model = ?', id);
  return write.run('DELETE FROM models WHERE id = ?', id).changes;
}

const tagRow = z.object({ model: z.string(), tag: z.string() });

/** The tags of each model, in the order of the alphabet. */
export function selectTags(read: ReadHandle): Map<string, string[]> {
  const tags = new Map<string, string[]>();
  for (const raw of read.all('SELECT model, tag FROM model_tags ORDER BY model, tag')) {
    const { model, tag } = tagRow.parse(raw);
    tags.set(model, [...(tags.get(model) ?? []), tag]);
  }
  return tags;
}

export function insertTag(write: WriteHandle, model: string, tag: string): void {
  write.run('INSERT OR IGNORE INTO model_tags (model, tag) VALUES (?, ?)', model, tag);
}

export function deleteTag(write: WriteHandle, model: string, tag: string): void {
  write.run('DELETE FROM model_tags WHERE model = ? AND tag = ?', model, tag);
}

const folderRow = z.object({ path: z.string() });

export function selectFolders(read: ReadHandle): string[] {
  return read.all('SELECT path FROM model_folders ORDER BY path').map((row) => folderRow.parse(row).path);
}

export function insertFolder(write: WriteHandle, path: string, addedAt: string): void {
  write.run('INSERT OR IGNORE INTO model_folders (path, added_at) VALUES (?, ?)', path, addedAt);
}

export function deleteFolder(write: WriteHandle, path: string): number {
  return write.run('DELETE FROM model_folders WHERE path = ?', path).changes;
}
