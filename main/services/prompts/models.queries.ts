import type { HistoryModel } from '../../../preload/contract/prompts.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

interface ModelRow {
  key: number;
  model_id: string | null;
  name: string;
  quantization: string;
  sha256: string | null;
}
/** A model that was never in the library is told by its hash from others of its name. */
const byHash = 'sha256 ';
const toModel = ({ key, model_id: id, name, quantization, sha256 }: ModelRow): HistoryModel => ({
  key,
  id: id?.startsWith(byHash) ? null : id,
  name,
  quantization,
  sha256,
});

export function selectModels(read: ReadHandle): Map<number, HistoryModel> {
  const rows = read.all<ModelRow>('SELECT key, model_id, name, quantization, sha256 FROM history_models');
  return new Map(rows.map((row) => [row.key, toModel(row)]));
}

export function countByModel(read: ReadHandle): (HistoryModel & { count: number })[] {
  const sql = `SELECT m.*, c.count FROM history_models AS m
    JOIN (SELECT model, count(*) AS count FROM history GROUP BY model) AS c ON c.model = m.key ORDER BY c.count DESC, m.name`;
  return read.all<ModelRow & { count: number }>(sql).map((row) => ({ ...toModel(row), count: row.count }));
}

/** Finds or makes the key of a model and its file: the one with this hash or, where that is not known, with this mark. */
export function keepModel(
  write: WriteHandle,
  model: { id: string | null; name: string; quantization: string; sha256: string | null; mark: string | null },
): number {
  const { name, quantization, sha256 } = model;
  const id = model.id ?? (sha256 === null ? null : byHash + sha256);
  const mark = sha256 === null ? model.mark : null;
  const values = { id, name, quantization, sha256, mark };
  const same = `SELECT key FROM history_models WHERE name = @name AND quantization = @quantization AND model_id IS @id
    AND sha256 IS @sha256 AND (sha256 IS NOT NULL OR file_mark IS @mark) ORDER BY key LIMIT 1`;
  const known = write.get<{ key: number }>(same, values);
  if (known !== undefined) return known.key;
  const sql = `INSERT INTO history_models (model_id, name, quantization, sha256, file_mark)
    VALUES (@id, @name, @quantization, @sha256, @mark)`;
  return Number(write.run(sql, values).lastInsertRowid);
}

export interface UnhashedModel {
  key: number;
  id: string;
  mark: string;
}

/** Files of models whose hash was not known when they answered. */
export function selectUnhashed(read: ReadHandle): UnhashedModel[] {
  return read.all(`SELECT key, model_id AS id, file_mark AS mark FROM history_models
    WHERE sha256 IS NULL AND model_id IS NOT NULL AND file_mark IS NOT NULL`);
}

/** A hash that became known after the answers were recorded. */
export function updateHash(write: WriteHandle, key: number, sha256: string): void {
  write.run('UPDATE history_models SET sha256 = ? WHERE key = ?', sha256, key);
}
