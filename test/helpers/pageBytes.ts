import { execFileSync } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Every byte that someone with the key can read in the database and its log, free pages too: SQLCipher 4 encrypts each page of 4096
 * bytes by AES-256-CBC, with its initialisation vector in the last 80 bytes; the first page begins with 16 bytes of salt.
 */
export function bytesOf(file: string, key: Buffer, at: string): string {
  // By another process: closing a database file here would drop the locks of this process on it.
  const script = 'const [from, to] = process.argv.slice(1); require("fs").cpSync(from, to, { force: true })';
  for (const end of ['', '-wal']) execFileSync(process.execPath, ['-e', script, file + end, join(at, `copy${end}`)]);
  const database = readFileSync(join(at, 'copy'));
  const log = readFileSync(join(at, 'copy-wal'));
  const pages: Buffer[] = [];
  for (let from = 0; from < database.length; from += 4096)
    pages.push(decrypted(database, from, from === 0 ? 16 : 0, key));
  // A log holds a header of 32 bytes, then pages with 24 bytes before each.
  for (let from = 56; from + 4096 <= log.length; from += 4096 + 24) pages.push(decrypted(log, from, 0, key));
  return Buffer.concat(pages).toString('latin1');
}

function decrypted(bytes: Buffer, from: number, salt: number, key: Buffer): Buffer {
  const end = from + 4096 - 80;
  const decipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(end, end + 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(bytes.subarray(from + salt, end)), decipher.final()]);
}
