import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault, isAbort } from '../../base/fault.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import type { DownloadNetwork } from './downloads.ts';
import { refusal } from './hub.ts';

export interface FileWanted {
  address: string;
  /** Host that is named in sentences. */
  base: string;
  /** Name to show. */
  file: string;
  sizeBytes: number;
  sha256: string;
  /** Where it goes. What has come so far lies beside it, named after its hash, so that no other file is taken for it. */
  path: string;
}

export interface FetchOptions {
  network: DownloadNetwork;
  signal: AbortSignal;
  /** Bytes that are on disk, as they come. */
  report(bytes: number): void;
  /** Awaited now and then; lets more urgent work go first. */
  pause(): Promise<void>;
  /** Attempts without a single new byte between them before it gives up. Default 5. */
  attempts?: number;
  /** Milliseconds before the first new attempt; doubles with each. Default 1000. */
  waitMs?: number;
}

export const partialPath = ({ path, sha256 }: Pick<FileWanted, 'path' | 'sha256'>) =>
  `${path}.${sha256.slice(0, 12)}.part`;

/** How much of it came already. */
export async function keptBytes(wanted: Pick<FileWanted, 'path' | 'sha256'>): Promise<number> {
  return stat(partialPath(wanted)).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * Fetches a file, going on where an earlier attempt stopped, checks its length and its SHA-256, and puts it in its place. Faults: those of
 * Network.fetch; DOWNLOAD_DAMAGED (what came is thrown away); CONFLICT (something else lies there); DISK_FULL, READ_ONLY, DISK_FAILED.
 */
export async function fetchFile(wanted: FileWanted, options: FetchOptions): Promise<void> {
  const partial = partialPath(wanted);
  await onDisk(wanted, async () => makeFolder(dirname(wanted.path)));
  const handle = await onDisk(wanted, () => open(partial, 'a+'));
  let damaged = false;
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    let have = size > wanted.sizeBytes ? await startOver(handle) : size;
    if (have > 0) await readInto(hash, partial, options.signal);
    options.report(have);
    have = await fetchRest(wanted, handle, hash, have, options);
    if (hash.digest('hex') !== wanted.sha256) {
      damaged = true;
      throw new Fault(
        'DOWNLOAD_DAMAGED',
        `${wanted.file} came with other bytes than ${hostOf(wanted)} announced: its SHA-256 differs. It was thrown away; try again, and if that happens again, do not trust this source.`,
      );
    }
    await onDisk(wanted, () => handle.sync());
  } catch (thrown) {
    damaged ||= thrown instanceof Fault && thrown.code === 'DOWNLOAD_DAMAGED';
    throw thrown;
  } finally {
    await handle.close();
    if (damaged) await rm(partial, { force: true });
  }
  await putInPlace(partial, wanted);
}

/** Asks again as long as something new comes. Returns how many bytes there are: all. */
async function fetchRest(
  wanted: FileWanted,
  handle: FileHandle,
  hash: Hash,
  begun: number,
  options: FetchOptions,
): Promise<number> {
  const { attempts = 5, waitMs = 1000, signal } = options;
  let have = begun;
  for (let idle = 0; have < wanted.sizeBytes; ) {
    const before = have;
    try {
      // A server that knows no parts sends the whole file again: what is here already is read over, not written twice.
      have = await write(wanted, handle, hash, have, await ask(wanted, have, options), options);
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'NETWORK_FAILED' || signal.aborted) throw thrown;
      have = (await handle.stat()).size;
      idle = have > before ? 0 : idle + 1;
      if (idle >= attempts) throw thrown;
      await wait(waitMs * 2 ** idle, signal);
      continue;
    }
    idle = have > before ? 0 : idle + 1;
    if (idle >= attempts)
      throw new Fault(
        'NETWORK_FAILED',
        `${hostOf(wanted)} sends nothing more of ${wanted.file} at ${have} of ${wanted.sizeBytes} bytes. Try again later; it goes on from there.`,
      );
  }
  return have;
}

interface Answer {
  /** Offset of its first byte in the file. */
  from: number;
  body: AsyncIterable<Buffer>;
}

async function ask(wanted: FileWanted, have: number, { network, signal }: FetchOptions): Promise<Answer> {
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await network.fetch({ url: wanted.address, purpose: `download of ${wanted.file}`, headers, signal });
  const stop = (fault: Fault) => {
    response.discard();
    throw fault;
  };
  if (response.headers['content-encoding'] && response.headers['content-encoding'] !== 'identity')
    stop(damage(wanted, `the server changed it on the way (${response.headers['content-encoding']})`));
  const length = response.headers['content-length'] === undefined ? null : Number(response.headers['content-length']);
  if (response.status === 200) {
    if (length !== null && length !== wanted.sizeBytes)
      stop(damage(wanted, `the server says it has ${length} bytes, and the list of files ${wanted.sizeBytes}`));
    return { from: 0, body: response.body };
  }
  if (response.status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '') ?? [];
    if (from === undefined || Number(from) !== have)
      stop(damage(wanted, 'the server sends another part than it was asked for'));
    if (total !== '*' && Number(total) !== wanted.sizeBytes)
      stop(damage(wanted, `the server says it has ${total} bytes, and the list of files ${wanted.sizeBytes}`));
    return { from: have, body: response.body };
  }
  response.discard();
  throw refusal(response.status, wanted.file, wanted.base);
}

async function write(
  wanted: FileWanted,
  handle: FileHandle,
  hash: Hash,
  begun: number,
  { from, body }: Answer,
  { report, pause, signal }: FetchOptions,
): Promise<number> {
  let have = begun;
  let skip = begun - from;
  for await (const part of body) {
    const fresh = part.subarray(Math.min(skip, part.length));
    skip -= part.length - fresh.length;
    if (fresh.length === 0) continue;
    if (have + fresh.length > wanted.sizeBytes)
      throw damage(wanted, `more came than the ${wanted.sizeBytes} bytes that were announced`);
    await onDisk(wanted, () => handle.write(fresh));
    hash.update(fresh);
    have += fresh.length;
    report(have);
    signal.throwIfAborted();
    await pause();
  }
  return have;
}

/** A file that is there already is never written over. */
async function putInPlace(partial: string, wanted: FileWanted): Promise<void> {
  try {
    // A link fails where a name is taken; a rename would take it.
    await link(partial, wanted.path);
    await unlink(partial);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST' || (await exists(wanted.path))) throw placeTaken(wanted);
    // Some disks have no links.
    await onDisk(wanted, () => rename(partial, wanted.path));
  }
}

/** Whether the file lies there with these bytes. */
export async function isThere({ path, sizeBytes, sha256 }: FileWanted, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile() || found.size !== sizeBytes) return false;
  const hash = createHash('sha256');
  await readInto(hash, path, signal);
  return hash.digest('hex') === sha256;
}

async function readInto(hash: Hash, path: string, signal: AbortSignal): Promise<void> {
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20, signal })) hash.update(part);
}

async function startOver(handle: FileHandle): Promise<number> {
  await handle.truncate(0);
  return 0;
}

/** Whether anything has this name, a link that leads nowhere too. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Whether something else than the file has its name, as far as size tells. */
export async function isOther({ path, sizeBytes }: Pick<FileWanted, 'path' | 'sizeBytes'>): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found === null ? exists(path) : !found.isFile() || found.size !== sizeBytes;
}

/** `facts.path` tells it from other conflicts. */
export function placeTaken({ path }: Pick<FileWanted, 'path'>): Fault {
  return new Fault(
    'CONFLICT',
    `Another file lies at ${path} and stays as it is. Look at the repository in Models, Download, to keep both, or move that file away first.`,
    { facts: { path } },
  );
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, ms);
    function end() {
      signal.removeEventListener('abort', end);
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    }
    signal.addEventListener('abort', end, { once: true });
  });
}

async function onDisk<T>(wanted: FileWanted, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAbort(error) || !(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
      throw new Fault(
        'DISK_FULL',
        `There is no room left for ${wanted.path}. Make room and resume the download; what came is kept.`,
      );
    if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
      throw new Fault(
        'READ_ONLY',
        `${dirname(wanted.path)} cannot be written. Make it writable and start the download again.`,
      );
    throw new Fault(
      'DISK_FAILED',
      `${wanted.path} could not be written: ${error.message}. Look at the disk and start the download again.`,
      { cause: error },
    );
  }
}

function damage(wanted: FileWanted, why: string): Fault {
  return new Fault(
    'DOWNLOAD_DAMAGED',
    `${wanted.file} from ${hostOf(wanted)} cannot be trusted: ${why}. What came was thrown away; try again, or look for another source.`,
  );
}

const hostOf = ({ base }: FileWanted) => new URL(base).host;
