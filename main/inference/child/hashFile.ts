import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { isSameFile, type SourceFile, sourceOf } from '../../base/sourceFile.ts';

interface Open {
  path: string;
  handle: number;
  hash: Hash;
  position: number;
  file: SourceFile;
}

export interface HashState {
  position: number;
  file: SourceFile;
  sha256: string | null;
}

/** Milliseconds after which a request is answered, so that the host can let more urgent work go first. */
const sliceMs = 200;
const buffer = Buffer.allocUnsafe(4 << 20);
let open: Open | undefined;

/** Reads on where the last request stopped. MODEL_NOT_FOUND, MODEL_UNREADABLE, and CONFLICT when the file changed meanwhile. */
export function hashOn(path: string, from: number, most = Number.POSITIVE_INFINITY): HashState {
  if (open !== undefined && (open.path !== path || open.position !== from)) close();
  try {
    if (open === undefined && from !== 0) throw changed(path);
    open ??= begin(path);
    const { handle, hash } = open;
    for (const until = performance.now() + sliceMs; performance.now() < until && open.position - from < most; ) {
      const read = readSync(handle, buffer, 0, Math.min(buffer.length, most), open.position);
      hash.update(buffer.subarray(0, read));
      open.position += read;
      if (read === 0) return finish(open);
    }
    return { position: open.position, file: open.file, sha256: null };
  } catch (thrown) {
    close();
    throw thrown instanceof Fault ? thrown : unreadable(path, thrown);
  }
}

function begin(path: string): Open {
  const handle = openSync(path, 'r');
  const file = sourceOf(fstatSync(handle, { bigint: true }));
  return { path, handle, hash: createHash('sha256'), position: 0, file };
}

/** The name must still lead to the file that was read, and nobody may have written to it. */
function finish({ path, handle, hash, position, file }: Open): HashState {
  const now = sourceOf(fstatSync(handle, { bigint: true }));
  const there = sourceOf(statSync(path, { bigint: true }));
  for (const one of [now, there]) {
    if (!isSameFile(one, file)) throw changed(path);
  }
  if (position !== file.size) throw changed(path);
  close();
  return { position, file, sha256: hash.digest('hex') };
}

function close(): void {
  if (open !== undefined) closeSync(open.handle);
  open = undefined;
}

const changed = (path: string) =>
  new Fault(
    'CONFLICT',
    `${basename(path)} was changed or replaced while it was read. It is read again from the start.`,
    {
      facts: { path },
    },
  );

function unreadable(path: string, thrown: unknown): Fault {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Fault(
      'MODEL_NOT_FOUND',
      `There is no file at ${path} any more. It was moved or deleted, or its drive was taken away.`,
      { facts: { path }, cause: thrown },
    );
  }
  return new Fault(
    'MODEL_UNREADABLE',
    `${path} cannot be read (${code || String(thrown)}). Check the disk and that you may read the file.`,
    {
      facts: { path },
      cause: thrown,
    },
  );
}
