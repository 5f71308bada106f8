import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The bytes do not form a GGUF header; the message says where and how. */
export class BadGguf extends Error {}

/** Reads a file forward in large pieces. Every length is checked against what is left, so that no damage makes it spin. */
export class GgufReader {
  readonly fileBytes: number;
  private readonly file: number;
  private readonly buffer = Buffer.allocUnsafe(1 << 20);
  private from = 0;
  private filled = 0;
  private at = 0;
  private hash: Hash | undefined;
  /** Where in the buffer the bytes begin that the hash has not had. */
  private hashedTo = 0;

  constructor(path: string) {
    this.file = openSync(path, 'r');
    this.fileBytes = fstatSync(this.file).size;
  }

  close(): void {
    closeSync(this.file);
  }

  get position(): number {
    return this.from + this.at;
  }

  get left(): number {
    return this.fileBytes - this.position;
  }

  u8(): number {
    return this.take(1).readUInt8(0);
  }
  u32(): number {
    return this.take(4).readUInt32LE(0);
  }
  /** Above 2^53 nothing in a header makes sense, so that becomes a refusal. */
  u64(what: string): number {
    if (this.filled - this.at < 8) this.fill(8);
    const low = this.buffer.readUInt32LE(this.at);
    const high = this.buffer.readUInt32LE(this.at + 4);
    if (high > 0x1f_ffff) throw new BadGguf(`${what} is ${this.buffer.readBigUInt64LE(this.at)}`);
    this.at += 8;
    return high * 2 ** 32 + low;
  }
  take(length: number): Buffer {
    if (this.filled - this.at < length) this.fill(length);
    const start = this.at;
    this.at += length;
    return this.buffer.subarray(start, this.at);
  }

  /** `keep` cuts longer strings, which are read over but not held. `hashed` is called with the SHA-256 of all its bytes. */
  string(what: string, keep = 1 << 20, hashed?: (sha256: string) => void): string {
    const length = this.length(this.u64(`the length of ${what}`), 1, what);
    if (hashed) this.beginHash();
    const text = this.take(Math.min(length, keep, this.buffer.length)).toString('utf8');
    this.skip(length - Math.min(length, keep, this.buffer.length));
    if (hashed) hashed(this.endHash());
    return text;
  }

  /** Every byte from here on goes into a SHA-256, until `endHash`. */
  beginHash(): void {
    this.hash = createHash('sha256');
    this.hashedTo = this.at;
  }

  endHash(): string {
    const { hash } = this;
    if (hash === undefined) throw new Error('No hash was begun.');
    hash.update(this.buffer.subarray(this.hashedTo, this.at));
    this.hash = undefined;
    return hash.digest('hex');
  }

  /** A count of items of at least `size` bytes each that must fit into what is left of the file. */
  length(count: number, size: number, what: string): number {
    if (count * size > this.left)
      throw new BadGguf(`${what} would need ${count * size} bytes and the file has ${this.left} left`);
    return count;
  }

  skip(length: number): void {
    if (length > this.left) throw new BadGguf(`the file ends within its header, at byte ${this.fileBytes}`);
    const ahead = this.filled - this.at;
    if (length <= ahead) {
      this.at += length;
      return;
    }
    if (this.hash !== undefined) {
      for (let left = length; left > 0; left -= this.buffer.length) this.take(Math.min(left, this.buffer.length));
      return;
    }
    this.from = this.position + length;
    this.at = 0;
    this.filled = 0;
  }

  private fill(length: number): void {
    this.hash?.update(this.buffer.subarray(this.hashedTo, this.at));
    this.hashedTo = 0;
    this.buffer.copyWithin(0, this.at, this.filled);
    this.from += this.at;
    this.filled -= this.at;
    this.at = 0;
    while (this.filled < length) {
      const read = readSync(
        this.file,
        this.buffer,
        this.filled,
        this.buffer.length - this.filled,
        this.from + this.filled,
      );
      if (read === 0) throw new BadGguf(`the file ends within its header, at byte ${this.fileBytes}`);
      this.filled += read;
    }
  }
}
