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

/** Base files that divergence runs were asked to write; the runs themselves belong to services/divergence. */
export function selectBaseFiles(read: ReadHandle): string[] {
  return read
    .all<{ file: string | null }>(
      `SELECT DISTINCT settings_json ->> '$.base.file' AS file FROM divergence_runs
       WHERE settings_json ->> '$.base.use' = 'write'`,
    )
    .flatMap(({ file }) => (file === null ? [] : [file]));
}
