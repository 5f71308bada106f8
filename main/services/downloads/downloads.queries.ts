import { type Download, download } from '../../../preload/contract/downloads.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

export function insertDownload(write: WriteHandle, one: Download): void {
  write.run(
    `INSERT INTO downloads (id, at, repository, revision, file, path, size_bytes, sha256, licence, host)
     VALUES (@id, @at, @repository, @revision, @file, @path, @sizeBytes, @sha256, @licence, @host)`,
    { ...one },
  );
}

/** Newest first, the last two hundred. */
export function selectDownloads(read: ReadHandle): Download[] {
  const rows = read.all(
    `SELECT id, at, repository, revision, file, path, size_bytes AS sizeBytes, sha256, licence, host
     FROM downloads ORDER BY sequence DESC LIMIT 200`,
  );
  return rows.map((row) => download.parse(row));
}
