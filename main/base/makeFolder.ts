import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing; one that stands already is left as it is. Returns those that it
 * made, the outermost first. Throws the system's error. In place of Node's own recursive mkdir, which never returns where a
 * file system says of a new folder that it does not exist, as /proc does.
 */
export function makeFolder(path: string, mode = 0o777): string[] {
  try {
    mkdirSync(path, { mode });
    return [path];
  } catch (error) {
    if (isFolder(path)) return [];
    const above = dirname(path);
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing || above === path || isFolder(above)) throw error;
    return [...makeFolder(above, mode), ...makeFolder(path, mode)];
  }
}

/** Takes folders away again, the innermost first, up to one that holds something. */
export function removeIfEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders.toReversed()) rmdirSync(folder);
  } catch {
    // It holds something, or is gone already.
  }
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
