import type { ReadHandle } from '../../db/store.ts';

/** Base files that divergence runs were asked to write; the runs themselves belong to services/divergence. */
export function selectBaseFiles(read: ReadHandle): string[] {
  return read
    .all<{ file: string | null }>(
      `SELECT DISTINCT settings_json ->> '$.base.file' AS file FROM divergence_runs
       WHERE settings_json ->> '$.base.use' = 'write'`,
    )
    .flatMap(({ file }) => (file === null ? [] : [file]));
}
