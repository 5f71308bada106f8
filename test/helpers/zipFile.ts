import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive: local headers, then the central directory (APPNOTE 6.3). */
export function zipFile(entries: [name: string, text: string, packed: boolean][]): Buffer<ArrayBuffer> {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text, packed] of entries) {
    const raw = Buffer.from(text);
    const data = packed ? deflateRawSync(raw) : raw;
    const head = Buffer.alloc(46);
    head.writeUInt32LE(0x02014b50, 0);
    head.writeUInt16LE(packed ? 8 : 0, 10);
    head.writeUInt32LE(crc32(raw), 16);
    head.writeUInt32LE(data.length, 20);
    head.writeUInt32LE(raw.length, 24);
    head.writeUInt16LE(name.length, 28);
    head.writeUInt32LE(at, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    head.copy(local, 8, 10, 12);
    head.copy(local, 14, 16, 30);
    locals.push(local, Buffer.from(name), data);
    directory.push(head, Buffer.from(name));
    at += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
}
