import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import { allParts } from '../../base/ggufParts.ts';
import type { Lab } from '../../inference/lab.ts';
import type { Hasher } from './hasher.ts';

/** SHA-256 of a model: of its file, or, where it is split, of the hashes of its parts, one a line. */
export async function hashModel(
  hasher: Hasher,
  path: string,
  signal: AbortSignal,
  report: (bytes: number) => void,
): Promise<string> {
  const hashes: string[] = [];
  let before = 0;
  for (const part of allParts(path)) {
    for (let from = 0; ; ) {
      const { position, sha256 } = await hasher.hashOn(part, from, signal);
      from = position;
      report(before + position);
      if (sha256 === null) continue;
      hashes.push(sha256);
      before += position;
      break;
    }
  }
  return hashes.length === 1 ? (hashes[0] ?? '') : createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/**
 * Loads a file whole and predicts a few tokens with it. MODEL_UNREADABLE, with the name it would have had, when it does not load or gives
 * no numbers.
 */
export async function verifyByLoading(
  lab: Pick<Lab, 'divergence'>,
  path: string,
  { threads, shownAs }: { threads: number; shownAs: string },
  signal: AbortSignal,
): Promise<void> {
  const text = [{ text: 'One two three four five six seven eight nine ten.', special: false, scored: true }];
  const work = lab.divergence(
    {
      reference: { path, cacheKeyType: 'F16', cacheValueType: 'F16' },
      candidates: [],
      input: { kind: 'segments', sequences: [text] },
      context: 256,
      threads,
      definition: 'exact',
      fromChunk: 0,
      arrangement: 'together',
    },
    signal,
  );
  try {
    while ((await work.next()).done !== true);
  } catch (thrown) {
    signal.throwIfAborted();
    const why = (thrown instanceof Error ? thrown.message : String(thrown)).replaceAll(path, shownAs);
    throw new Fault('MODEL_UNREADABLE', `The quantized file could not be loaded, so it was deleted: ${why}`, {
      facts: { path: shownAs },
      cause: thrown,
    });
  }
}

/** Bytes that can be written to a folder; null where the system does not say. */
export async function freeBytesIn(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // Some network drives answer nothing; then the write itself tells.
    return null;
  }
}
