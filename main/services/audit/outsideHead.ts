import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { onStorage } from '../../db/index.ts';
import { type Head, headMac, macHolds } from './audit.rules.ts';

const content = z.object({
  format: z.literal('assay-audit-head'),
  version: z.literal(1),
  storeId: z.string(),
  sequence: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Fits in one sector and is written in place by one call: neither a crash nor a full disk leaves half of it. */
const length = 512;

/** What the small file beside the database says: how far the chain reached when it was last written. */
export type OutsideHead = { state: 'missing' } | { state: 'damaged' } | { state: 'valid'; head: Head };

export function readOutsideHead(path: string, key: Buffer, storeId: string): OutsideHead {
  if (!existsSync(path)) return { state: 'missing' };
  const text = onStorage(path, () => readFileSync(path, 'utf8'));
  let parsed: z.infer<typeof content>;
  try {
    parsed = content.parse(JSON.parse(text));
  } catch {
    return { state: 'damaged' }; // Whatever the parser says of it, the verdict is the same.
  }
  const head = { sequence: parsed.sequence, hash: Buffer.from(parsed.hash, 'hex') };
  const holds = parsed.storeId === storeId && macHolds(key, storeId, { ...head, mac: Buffer.from(parsed.mac, 'hex') });
  return holds ? { state: 'valid', head } : { state: 'damaged' };
}

/** Keeps the file open, so that each append costs one small write. */
export function openOutsideHead(
  path: string,
  key: Buffer,
  storeId: string,
): { write(head: Head): void; close(): void } {
  const file = onStorage(path, () => openSync(path, existsSync(path) ? 'r+' : 'wx', 0o600));
  return {
    write(head) {
      const text = JSON.stringify({
        format: 'assay-audit-head',
        version: 1,
        storeId,
        sequence: head.sequence,
        hash: head.hash.toString('hex'),
        mac: headMac(key, storeId, head).toString('hex'),
      } satisfies z.infer<typeof content>);
      onStorage(path, () => writeSync(file, `${text.padEnd(length - 1)}\n`, 0));
    },
    close: () => closeSync(file),
  };
}
