import type { BigIntStats } from 'node:fs';
import { z } from 'zod';

/** By what a file is known again without reading it. */
export const sourceFile = z.object({
  size: z.number(),
  /** Milliseconds since 1970, to the microsecond. */
  modifiedAt: z.number(),
  /** Number of the file on its disk, as text; `0` where the system has none. */
  inode: z.string(),
});
export type SourceFile = z.infer<typeof sourceFile>;

export function sourceOf({ size, mtimeNs, ino }: Pick<BigIntStats, 'size' | 'mtimeNs' | 'ino'>): SourceFile {
  return { size: Number(size), modifiedAt: Number(mtimeNs / 1000n) / 1000, inode: String(ino) };
}

/** The same for the same file, and for no other. */
export function markOf({ size, modifiedAt, inode }: SourceFile): string {
  return `${size} ${modifiedAt} ${inode}`;
}

export function isSameFile(one: SourceFile, other: SourceFile): boolean {
  return one.size === other.size && one.modifiedAt === other.modifiedAt && one.inode === other.inode;
}
