import { closeSync, createReadStream, createWriteStream, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Files in a row in the tar format (POSIX ustar; sizes from 8 GiB on in base 256, as GNU tar writes them), so that a
 * backup can be taken apart with any tar. Names are plain file names of at most 100 bytes.
 */
export interface ArchiveEntry {
  name: string;
  /** The file to take the bytes from. */
  path: string;
}

const block = 512;

/** Writes the archive and makes it survive a power cut; returns its size in bytes. `at` is milliseconds since 1970. */
export async function writeArchive(path: string, entries: readonly ArchiveEntry[], at: number): Promise<number> {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const entry of entries) {
      const { size } = statSync(entry.path);
      yield header(entry.name, size, at);
      for await (const chunk of createReadStream(entry.path, { highWaterMark: 1 << 20 })) yield chunk;
      if (size % block > 0) yield Buffer.alloc(block - (size % block));
    }
    yield Buffer.alloc(2 * block);
  }
  await pipeline(Readable.from(bytes()), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return statSync(path).size;
}

export interface StoredEntry {
  name: string;
  offset: number;
  size: number;
}

/** What an archive holds; null when it is not one, or is cut short. */
export function listArchive(path: string): StoredEntry[] | null {
  const total = statSync(path).size;
  const file = openSync(path, 'r');
  const entries: StoredEntry[] = [];
  try {
    const head = Buffer.alloc(block);
    let offset = 0;
    for (;;) {
      if (readSync(file, head, 0, block, offset) < block) return null;
      if (head.every((byte) => byte === 0)) return entries;
      const entry = parseHeader(head);
      if (!entry || offset + block + entry.size > total) return null;
      entries.push({ ...entry, offset: offset + block });
      offset += block + Math.ceil(entry.size / block) * block;
    }
  } finally {
    closeSync(file);
  }
}

/** Copies one entry to a new file. */
export async function extractEntry(archive: string, { offset, size }: StoredEntry, to: string): Promise<void> {
  if (size === 0) return void (await (await open(to, 'wx', 0o600)).close());
  await pipeline(
    createReadStream(archive, { start: offset, end: offset + size - 1, highWaterMark: 1 << 20 }),
    createWriteStream(to, { flags: 'wx', mode: 0o600 }),
  );
}

function header(name: string, size: number, at: number): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100);
  bytes.write('0000600\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  if (size < 8 ** 11) bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    bytes.writeUInt8(0x80, 124);
    bytes.writeBigUInt64BE(BigInt(size), 128);
  }
  bytes.write(
    `${Math.floor(at / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  );
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  bytes.write(`${checksum(bytes).toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function parseHeader(bytes: Buffer): { name: string; size: number } | null {
  const name = bytes.subarray(0, 100).toString('utf8').split('\0')[0] ?? '';
  const stated = Number.parseInt(bytes.subarray(148, 154).toString('latin1'), 8);
  if (stated !== checksum(bytes)) return null;
  const size =
    bytes.readUInt8(124) === 0x80
      ? Number(bytes.readBigUInt64BE(128))
      : Number.parseInt(bytes.subarray(124, 135).toString('latin1'), 8);
  return Number.isSafeInteger(size) && size >= 0 ? { name, size } : null;
}

/** Sum of all bytes, its own field counted as spaces. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < block; index++) sum += index >= 148 && index < 156 ? 32 : bytes.readUInt8(index);
  return sum;
}
