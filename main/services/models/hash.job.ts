import { basename } from 'node:path';
import { z } from 'zod';
import { Fault, isAbort } from '../../base/fault.ts';
import { combinedHash } from '../../base/ggufParts.ts';
import type { JobKind, JobWork } from '../../base/job.ts';
import { isSameFile } from '../../base/sourceFile.ts';
import type { Hasher } from './hasher.ts';
import type { HashedFile, StoredModel } from './models.queries.ts';
import type { Shelf } from './shelf.ts';

const hashInput = z.object({});
type HashInput = z.infer<typeof hashInput>;

export interface HashDependencies {
  shelf: Shelf;
  hasher: Hasher;
  /** Why a file has no hash, by its path; this job keeps it. */
  failures: Map<string, string>;
  /** Called when nothing is left to hash: missing models may be found again now. */
  findMoved(signal: AbortSignal): Promise<void>;
}

/** Its share of the machine is counted apart from what people ask for, and is small: `hashShare` of theirs. */
export const hashWorkspace = 'library';
export const hashShare = 0.05;

const mebibyte = 2 ** 20;
/** Times that a file which changes while it is read is begun anew. */
const mostAttempts = 3;

/**
 * Reads every file of the library that has no hash yet, also those that are added while it runs. What is done is kept file by file, so
 * that a resume goes on with the next; a file that cannot be read costs only itself.
 */
export function hashJob(dependencies: HashDependencies): JobKind<HashInput> {
  return {
    kind: 'models.hash',
    lane: 'batch',
    recovery: 'resume',
    input: hashInput,
    title: () => 'SHA-256 of the model files',
    run: (work) => hashAll(dependencies, work),
  };
}

/** Files without a hash, as far as none has failed on them since they were changed. */
export function unhashed(
  rows: readonly StoredModel[],
  failures: ReadonlyMap<string, string>,
): { row: StoredModel; part: HashedFile }[] {
  return rows.flatMap((row) =>
    row.files.flatMap((part) => (part.sha256 === null && !failures.has(part.path) ? [{ row, part }] : [])),
  );
}

async function hashAll(
  { shelf, hasher, failures, findMoved }: HashDependencies,
  work: JobWork<HashInput>,
): Promise<void> {
  failures.clear();
  let doneBytes = 0;
  let doneFiles = 0;
  try {
    for (
      let next = unhashed(shelf.rows(), failures)[0];
      next !== undefined;
      next = unhashed(shelf.rows(), failures)[0]
    ) {
      const { row, part } = next;
      try {
        const sha256 = await hashFile(part.path, (position) => report(position, part));
        keep(row.id, part, sha256);
      } catch (thrown) {
        if (work.signal.aborted || isAbort(thrown) || !(thrown instanceof Fault) || thrown.code === 'LOCKED')
          throw thrown;
        failures.set(part.path, inWords(part.path, thrown));
      }
      doneBytes += part.file.size;
      doneFiles += 1;
    }
    await findMoved(work.signal);
  } finally {
    await hasher.rest();
  }

  async function hashFile(
    path: string,
    tell: (position: number) => void,
  ): Promise<{ sha256: string; part: HashedFile }> {
    for (let attempt = 1; ; attempt++) {
      try {
        for (let position = 0; ; ) {
          await work.yield();
          const now = await hasher.hashOn(path, position, work.signal);
          position = now.position;
          tell(position);
          if (now.sha256 !== null) return { sha256: now.sha256, part: { path, file: now.file, sha256: now.sha256 } };
        }
      } catch (thrown) {
        if (!(thrown instanceof Fault) || thrown.code !== 'CONFLICT' || attempt === mostAttempts) throw thrown;
      }
    }
  }

  function keep(id: string, before: HashedFile, { part }: { part: HashedFile }): void {
    const row = shelf.rows().find((one) => one.id === id);
    if (row === undefined) return;
    if (!isSameFile(before.file, part.file)) {
      // Another file lies there since it was listed; the next look at the disk reads its header, and this hash is of no use.
      failures.set(
        part.path,
        `${basename(part.path)} was replaced by another file of that name. It is read again when the list is next looked at.`,
      );
      void shelf.check([]).then(() => failures.delete(part.path));
      return;
    }
    const files = row.files.map((one) => (one.path === part.path ? part : one));
    shelf.put([{ ...row, files, sha256: combinedHash(files) }], 'soon');
  }

  function report(position: number, part: HashedFile): void {
    const left = unhashed(shelf.rows(), failures);
    const leftBytes = left.reduce((sum, one) => sum + one.part.file.size, 0);
    work.report({
      done: (doneBytes + position) / mebibyte,
      total: (doneBytes + leftBytes) / mebibyte,
      unit: 'MiB',
      note: `file ${doneFiles + 1} of ${doneFiles + left.length}, ${basename(part.path)}`,
    });
  }
}

function inWords(path: string, fault: Fault): string {
  if (fault.code === 'ENGINE_HUNG')
    return `Reading ${path} stood still for too long. Check its disk or network, then let it be read again.`;
  if (fault.code === 'CONFLICT')
    return `${basename(path)} changes while it is read; something still writes to it. Let it be read again when that has ended.`;
  return fault.message;
}
