import { z } from 'zod';
import { type Quantization, quantization } from '../../../preload/contract/quantize.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { ReadHandle, WriteHandle } from '../../db/store.ts';

const facts = quantization.omit({ file: true, createdAt: true, sha256: true }).extend({ sourceBytes: z.number() });
const row = z.object({
  file: z.string(),
  created_at: z.string(),
  sha256: z.string(),
  facts_json: jsonText.pipe(facts),
});

/** Where a file came from, and how large that was. */
export type StoredQuantization = Quantization & { sourceBytes: number };

/** Newest first; of one file, or of all. */
export function selectQuantizations(read: ReadHandle, file?: string): StoredQuantization[] {
  const rows = read.all(
    `SELECT file, created_at, sha256, facts_json FROM quantizations WHERE @file IS NULL OR file = @file ORDER BY sequence DESC`,
    { file: file ?? null },
  );
  return rows
    .map((one) => row.parse(one))
    .map(({ file: path, created_at: createdAt, sha256, facts_json }) => ({
      file: path,
      createdAt,
      sha256,
      ...facts_json,
    }));
}

export function insertQuantization(write: WriteHandle, { file, createdAt, sha256, ...rest }: StoredQuantization): void {
  write.run(
    'INSERT INTO quantizations (file, created_at, sha256, facts_json) VALUES (?, ?, ?, ?)',
    file,
    createdAt,
    sha256,
    JSON.stringify(rest),
  );
}
