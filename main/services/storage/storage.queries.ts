import { z } from 'zod';
import { type FileMark, fileMark } from '../../base/fileMark.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle } from '../../db/store.ts';

export interface WrittenModel {
  how: 'downloaded' | 'quantized';
  sizeBytes: number;
}

/** Model files that Assay wrote, by their path; the tables belong to services/downloads and services/models. */
export function selectWrittenModels(read: ReadHandle): Map<string, WrittenModel> {
  const rows = read.all<WrittenModel & { path: string }>(
    `SELECT path, size_bytes AS sizeBytes, 'downloaded' AS how FROM downloads
     UNION ALL SELECT file, facts_json ->> '$.sizeBytes', 'quantized' FROM quantizations`,
  );
  return new Map(rows.map(({ path, ...written }) => [path, written]));
}

export interface WrittenBase {
  path: string;
  /** By what it is known again; null: of an earlier version that kept none, so another file may lie there by now. */
  mark: FileMark | null;
}

const baseRow = z.object({ path: z.string(), mark: jsonText.pipe(fileMark.nullable()).catch(null) });

/** Base files that divergence runs wrote, the newest first and each path once; the runs themselves belong to services/divergence. */
export function selectBaseFiles(read: ReadHandle): WrittenBase[] {
  const rows = read.all(
    `SELECT settings_json ->> '$.base.file' AS path, facts_json -> '$.baseMark' AS mark FROM divergence_runs
     WHERE settings_json ->> '$.base.use' = 'write' AND facts_json ->> '$.baseWritten' ORDER BY sequence DESC`,
  );
  const written = rows.map((row) => baseRow.safeParse(row)).flatMap(({ data }) => data ?? []);
  return [...new Map(written.toReversed().map((one) => [one.path, one])).values()];
}
