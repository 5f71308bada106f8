import { inflateRawSync } from 'node:zlib';
import { Fault } from '../../../base/fault.ts';

export interface ZipEntry {
  name: string;
  bytes: Buffer;
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;

/** The files of a zip archive, by its central directory (APPNOTE 6.3, sections 4.3.12 and 4.3.16). `most`: bytes unpacked in all. */
export function readZip(archive: Buffer, name: string, most: number): ZipEntry[] {
  const end = findEnd(archive);
  if (end === -1) throw damaged(name);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff)
    throw new Fault(
      'BAD_INPUT',
      `${name} is a zip archive of the large kind (ZIP64). Unpack it and import the folder.`,
    );
  const entries: ZipEntry[] = [];
  let left = most;
  for (let index = 0; index < count; index++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== entryMark) throw damaged(name);
    const nameLength = archive.readUInt16LE(at + 28);
    const entry = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (!entry.endsWith('/')) {
      const bytes = unpack(archive, at, name, left);
      left -= bytes.length;
      entries.push({ name: entry, bytes });
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
}

function unpack(archive: Buffer, at: number, name: string, most: number): Buffer {
  if ((archive.readUInt16LE(at + 8) & 1) !== 0)
    throw new Fault('BAD_INPUT', `${name} is a zip archive with a password. Unpack it and import the folder.`);
  const method = archive.readUInt16LE(at + 10);
  const packed = archive.readUInt32LE(at + 20);
  const local = archive.readUInt32LE(at + 42);
  if (local + 30 > archive.length) throw damaged(name);
  const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(from, from + packed);
  if (bytes.length < packed) throw damaged(name);
  if (method === 0 && packed <= most) return bytes;
  if (method !== 8 || most <= 0) throw method === 8 || method === 0 ? tooLarge(name) : damaged(name);
  try {
    return inflateRawSync(bytes, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(name);
    throw damaged(name, error);
  }
}

function findEnd(archive: Buffer): number {
  const earliest = Math.max(0, archive.length - 22 - 0xffff);
  for (let at = archive.length - 22; at >= earliest; at--) if (archive.readUInt32LE(at) === endMark) return at;
  return -1;
}

function damaged(name: string, cause?: unknown): Fault {
  return new Fault('BAD_INPUT', `${name} is a zip archive that is damaged or cut short. Export it again.`, { cause });
}

function tooLarge(name: string): Fault {
  return new Fault(
    'TOO_LARGE',
    `${name} unpacks to more than an import takes at once. Unpack it and import its files one by one.`,
  );
}
