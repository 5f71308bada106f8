import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { onStorage } from '../../db/index.ts';

/** Replaces a file in one step: after a crash or a power cut there is the old one or the new one, never a part. */
export function writeDurably(path: string, content: string): void {
  onStorage(path, () => {
    const unfinished = `${path}.new`;
    try {
      const file = openSync(unfinished, 'w', 0o600);
      try {
        writeSync(file, content);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Makes the names in a folder (a rename, a new file) survive a power cut. Windows keeps them by itself and cannot open a folder. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
