import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';

/** What later turns need of the reference, a piece for each chunk. */
export interface KeptReference {
  put(chunk: number, bytes: Uint8Array): Promise<void>;
  get(chunk: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

interface OnDisk {
  position: number;
  length: number;
  nonce: Buffer;
  tag: Buffer;
}

/** UV_FS_O_TEMPORARY of libuv: FILE_FLAG_DELETE_ON_CLOSE, which holds for a process that is killed too. */
const deleteOnClose = 0x40;

/**
 * In memory up to a number of bytes, then on disk where a folder is given: AES-256-GCM with a key that this process alone knows.
 * The file has no name once it is open (on Windows it goes with its last handle), so nothing is left behind.
 */
export function createKeptReference(memoryBytes: number, folder: string | undefined): KeptReference {
  const inMemory = new Map<number, Uint8Array>();
  const onDisk = new Map<number, OnDisk>();
  const key = randomBytes(32);
  let used = 0;
  let end = 0;
  let file: FileHandle | undefined;

  async function openFile(where: string): Promise<FileHandle> {
    const path = join(where, `assay-lab-${randomBytes(8).toString('hex')}.tmp`);
    const { O_CREAT, O_EXCL, O_RDWR } = constants;
    if (process.platform === 'win32') return open(path, O_CREAT | O_EXCL | O_RDWR | deleteOnClose, 0o600);
    const handle = await open(path, O_CREAT | O_EXCL | O_RDWR, 0o600);
    await rm(path);
    return handle;
  }

  return {
    async put(chunk, bytes) {
      if (used + bytes.length <= memoryBytes) {
        used += bytes.length;
        inMemory.set(chunk, bytes);
        return;
      }
      if (folder === undefined) {
        throw new Fault(
          'NOT_ENOUGH_MEMORY',
          'The models do not fit into memory together, and what has to be kept of the reference does not fit either. Measure fewer chunks, or close other programs.',
        );
      }
      file ??= await openFile(folder);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const hidden = Buffer.concat([cipher.update(bytes), cipher.final()]);
      await writeAll(file, hidden, end, folder);
      onDisk.set(chunk, { position: end, length: hidden.length, nonce, tag: cipher.getAuthTag() });
      end += hidden.length;
    },
    async get(chunk) {
      const kept = inMemory.get(chunk);
      if (kept !== undefined) return kept;
      const place = onDisk.get(chunk);
      if (place === undefined || file === undefined) throw new Error(`Nothing is kept of chunk ${chunk + 1}.`);
      const hidden = Buffer.alloc(place.length);
      await file.read(hidden, 0, place.length, place.position);
      const decipher = createDecipheriv('aes-256-gcm', key, place.nonce);
      decipher.setAuthTag(place.tag);
      return Buffer.concat([decipher.update(hidden), decipher.final()]);
    },
    async close() {
      await file?.close();
      key.fill(0);
    },
  };
}

/** DISK_FULL when there is no room. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number, folder: string): Promise<void> {
  try {
    for (let done = 0; done < bytes.length; )
      done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw thrown;
    throw new Fault(
      'DISK_FULL',
      `The disk of ${folder} is full: what has to be kept of the reference does not fit. Free some space, or measure fewer chunks or fewer candidates at once.`,
      { cause: thrown, facts: { path: folder } },
    );
  }
}
