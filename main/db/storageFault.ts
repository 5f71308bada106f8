import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from '../base/fault.ts';
import { sizeText } from '../base/sizes.ts';

/** What the platform or SQLite calls the failure, e.g. ENOSPC or SQLITE_FULL; undefined when it has no such name. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * The Fault for a failure of SQLite or of the file system, or the error itself when it is neither (a bug, a broken
 * constraint, a Fault already). `path` is the file or folder that was worked on; the sentence names it.
 */
export function storageFault(error: unknown, path: string): unknown {
  if (error instanceof Fault) return error;
  const code = errorCodeOf(error);
  if (code === undefined) return error;
  const folder = dirname(path);
  const free = freeBytesNear(folder);
  const options = { cause: error, facts: { folder, path, systemCode: code, freeBytes: free } };

  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' || (isWriteFailure(code) && free < oneMegabyte))
    return new Fault(
      'DISK_FULL',
      `The disk is full: ${folder} has ${sizeText(free)} left, so this was not saved; what was saved before is intact. Free some space there and try again.`,
      options,
    );
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code) || ['EROFS', 'EACCES', 'EPERM'].includes(code))
    return new Fault(
      'READ_ONLY',
      `${path} cannot be written (${code}). Give your user permission to write in ${folder}, or choose another data folder.`,
      options,
    );
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code))
    return new Fault(
      'STORE_DAMAGED',
      `The database ${path} is damaged (${code}). Restore a backup; the damaged file will be kept beside it.`,
      options,
    );
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code))
    return new Fault(
      'STORE_IN_USE',
      `Another program is using the database ${path}. Close it there and try again.`,
      options,
    );
  if (code === 'SQLITE_NOMEM' || code === 'ENOMEM')
    return new Fault(
      'NOT_ENOUGH_MEMORY',
      `There was not enough memory to work on ${path}. Close something else and try again.`,
      options,
    );
  if (code === 'SQLITE_TOOBIG' || code === 'EFBIG')
    return new Fault('TOO_LARGE', `What was to be saved in ${path} is larger than a file or a row can be.`, options);
  if (code.startsWith('SQLITE_IOERR') || ['EIO', 'ENXIO', 'ENODEV'].includes(code))
    return new Fault(
      'DISK_FAILED',
      `The system could not read or write ${path} (${code}). Check that its disk is connected and healthy, then start again.`,
      options,
    );
  return error;
}

/** Runs `work` and turns what it throws into the Fault that names `path`. */
export function onStorage<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageFault(error, path);
  }
}

/** Bytes that are free for this user on the disk of the folder, or of its nearest ancestor that exists. */
export function freeBytesNear(folder: string): number {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  const disk = statfsSync(place);
  return disk.bavail * disk.bsize;
}

/** SQLite tells a full disk from a failing one only where the write itself said so. */
function isWriteFailure(code: string): boolean {
  return /^SQLITE_IOERR_(WRITE|SHMSIZE|SHMOPEN|TRUNCATE|FSYNC|DIR_FSYNC)/.test(code) || code === 'EFBIG';
}

const oneMegabyte = 1 << 20;
