import { appendFileSync, existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { jsonText } from '../../base/jsonText.ts';
import { holdLock, onStorage } from '../../db/index.ts';
import { storePaths } from './storeFolder.ts';

const prefix = 'assay-ephemeral-';
/** Whole paths, one JSON text a line. */
const unfinishedName = 'assay.unfinished';

/** A new folder for a store that ends with this process. */
export function makeEphemeralFolder(): string {
  return onStorage(join(tmpdir(), prefix), () => mkdtempSync(join(tmpdir(), prefix)));
}

/** Lists files that are written elsewhere, under names that are theirs only until they are whole. */
export function listUnfinished(folder: string, files: readonly string[]): void {
  const list = join(folder, unfinishedName);
  const lines = files.map((file) => `${JSON.stringify(file)}\n`).join('');
  onStorage(list, () => appendFileSync(list, lines, { mode: 0o600 }));
}

/** Clears away the folders whose process died before it could, and what it had not finished elsewhere. */
export function clearAbandoned(now: number): void {
  for (const name of namesIn(tmpdir()).filter((one) => one.startsWith(prefix))) clearFolder(join(tmpdir(), name), now);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Whoever needs the folder of temporary files says what is wrong with it.
    return [];
  }
}

function clearFolder(folder: string, now: number): void {
  const made = lstatSync(folder, { throwIfNoEntry: false });
  const foreign = process.getuid !== undefined && made?.uid !== process.getuid();
  if (!made?.isDirectory() || foreign) return;
  try {
    const paths = storePaths(folder);
    // A minute of grace: between making the folder and having the lock it is nobody's for an instant. Its owner is told after that.
    if (!existsSync(paths.lockOwner) && now - made.mtimeMs < 60_000) return;
    if (existsSync(paths.lock)) {
      const lock = holdLock(paths.lock);
      if (!lock) return;
      lock.release();
    }
    for (const file of unfinishedOf(folder)) rmSync(file, { force: true });
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another process is clearing it away at this moment; what it leaves is tried again by the next.
  }
}

/** Names that only work of one job can have: whatever the list says, nothing else is ever taken away. */
const ownName = /^(.+\.[0-9a-z]{26}\.partial|\.assay-[0-9a-z]{26}\.imatrix\.gguf)$/;

const path = jsonText.pipe(z.string().refine((file) => isAbsolute(file) && ownName.test(basename(file))));

function unfinishedOf(folder: string): string[] {
  const list = join(folder, unfinishedName);
  if (!existsSync(list)) return [];
  // The last line may be half a one.
  return readFileSync(list, 'utf8')
    .split('\n')
    .flatMap((line) => path.safeParse(line).data ?? []);
}
