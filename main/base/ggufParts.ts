import { createHash } from 'node:crypto';

/** One file of a model that was split into several, as llama-gguf-split names them: `name-00002-of-00003.gguf`. */
export interface PartName {
  /** What stands before the numbers, folder included. */
  stem: string;
  /** From 1 on. */
  part: number;
  count: number;
}

const pattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** More files than the largest model has; a name that claims more is a name and nothing else. */
const mostParts = 1000;

/** Null for a file that is a model by itself. */
export function partOf(path: string): PartName | null {
  const [, stem = '', part = '', count = ''] = pattern.exec(path) ?? [];
  const name = { stem, part: Number(part), count: Number(count) };
  return name.count > 1 && name.count <= mostParts && name.part >= 1 && name.part <= name.count ? name : null;
}

/** The paths of all parts, the first one first; of a whole file only its own. */
export function allParts(path: string): string[] {
  const name = partOf(path);
  if (name === null) return [path];
  return Array.from(
    { length: name.count },
    (_, index) => `${name.stem}-${five(index + 1)}-of-${five(name.count)}.gguf`,
  );
}

const five = (value: number) => String(value).padStart(5, '0');

/** The SHA-256 of a model: of its file, or of the parts' hashes, one a line. Null as long as one of them is not known. */
export function combinedHash(files: readonly { sha256: string | null }[]): string | null {
  const hashes = files.flatMap(({ sha256 }) => sha256 ?? []);
  if (hashes.length !== files.length || hashes.length === 0) return null;
  return hashes.length === 1
    ? (hashes[0] ?? null)
    : createHash('sha256')
        .update(hashes.map((hash) => `${hash}\n`).join(''))
        .digest('hex');
}
