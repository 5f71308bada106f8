import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { z } from 'zod';
import { allParts } from './ggufParts.ts';

/** By what a file of any size is known again in milliseconds, with all its parts. */
export const fileMark = z.object({
  bytes: z.number(),
  /** Milliseconds since 1970, of the youngest part. */
  modifiedAt: z.number(),
  /** SHA-256 over the length, the beginning and pieces spread evenly: a copy has it too, another model has not. */
  sha256OfPieces: z.string(),
});
export type FileMark = z.infer<typeof fileMark>;

const beginningBytes = 2 ** 20;
const pieces = 32;
const pieceBytes = 2 ** 14;

/** Throws what the system says where a part cannot be read. */
export function markOf(path: string): FileMark {
  const hash = createHash('sha256');
  let bytes = 0;
  let modifiedAt = 0;
  for (const part of allParts(path)) {
    const opened = openSync(part, 'r');
    try {
      const { size, mtimeMs } = fstatSync(opened);
      bytes += size;
      modifiedAt = Math.max(modifiedAt, mtimeMs);
      hash.update(String(size));
      const take = (from: number, length: number) => {
        const piece = Buffer.alloc(length);
        hash.update(piece.subarray(0, readSync(opened, piece, 0, length, from)));
      };
      take(0, beginningBytes);
      for (let piece = 1; piece <= pieces; piece++)
        take(Math.floor((Math.max(0, size - pieceBytes) * piece) / pieces), pieceBytes);
    } finally {
      closeSync(opened);
    }
  }
  return { bytes, modifiedAt, sha256OfPieces: hash.digest('hex') };
}

/** Whether another file lies there by now. A file that is gone was not replaced. */
export function isReplaced(path: string, mark: FileMark): boolean {
  try {
    const parts = allParts(path).map((part) => statSync(part));
    const bytes = parts.reduce((sum, { size }) => sum + size, 0);
    if (bytes !== mark.bytes) return true;
    // Untouched, so nothing need be read.
    if (Math.max(...parts.map(({ mtimeMs }) => mtimeMs)) === mark.modifiedAt) return false;
    return markOf(path).sha256OfPieces !== mark.sha256OfPieces;
  } catch {
    return false;
  }
}
