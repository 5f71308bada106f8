import { z } from 'zod';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';
import { headerFacts } from '../../inference/protocol.ts';

const modelRow = z.object({
  id: z.string(),
  path: z.string(),
  added_at: z.string(),
  size_bytes: z.number(),
  modified_at: z.number(),
  facts_json: jsonText.pipe(headerFacts),
});
export type ModelRow = z.output<typeof modelRow>;

const columns = 'id, path, added_at, size_bytes, modified_at, facts_json';

/** In the order in which they were added. */
export function selectModels(read: ReadHandle): ModelRow[] {
  return read.all(`SELECT ${columns} FROM models ORDER BY id`).map((row) => modelRow.parse(row));
}

export function insertModel(write: WriteHandle, row: ModelRow): void {
  const { id, path, added_at, size_bytes, modified_at, facts_json } = row;
  write.run(
    `INSERT INTO models (${columns}) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET size_bytes = excluded.size_bytes, modified_at = excluded.modified_at, facts_json = excluded.facts_json`,
    id,
    path,
    added_at,
    size_bytes,
    modified_at,
    JSON.stringify(facts_json),
  );
}

export function deleteModel(write: WriteHandle, id: string): number {
  return write.run('DELETE FROM models WHERE id = ?', id).changes;
}
