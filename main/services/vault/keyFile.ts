import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../../base/canonicalJson.ts';
import { Fault } from '../../base/fault.ts';
import { errorCodeOf } from '../../db/index.ts';
import { writeDurably } from './durableFile.ts';
import { folderFault } from './storeFolder.ts';

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

/** Bounded, so that a planted file can neither weaken the next slot nor ask for all memory: 1 GiB at most (128 · N · r bytes). */
const scryptCosts = z.strictObject({
  name: z.literal('scrypt'),
  N: z
    .number()
    .int()
    .min(2 ** 10)
    .max(2 ** 20)
    .refine((cost) => Number.isInteger(Math.log2(cost))),
  r: z.literal(8),
  p: z.literal(1),
});

const slot = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('passphrase'),
    createdAt: z.string(),
    kdf: scryptCosts,
    salt: base64,
    sealed: base64,
  }),
  z.strictObject({
    kind: z.literal('recovery'),
    createdAt: z.string(),
    kdf: z.strictObject({ name: z.literal('hkdf-sha256') }),
    salt: base64,
    sealed: base64,
  }),
  /** guarded: a random key in the hands of the key ring; it seals the data key like the other slots' keys do. */
  z.strictObject({
    kind: z.literal('os'),
    createdAt: z.string(),
    backend: z.string(),
    guarded: base64,
    sealed: base64,
  }),
]);
export type Slot = z.infer<typeof slot>;

const keyFile = z.strictObject({
  format: z.literal('assay-keys'),
  version: z.literal(1),
  storeId: z.string().min(8).max(64),
  createdAt: z.string(),
  slots: z.array(slot).min(1),
  /** mac: HMAC under a key that is derived from the data key. */
  settings: z.strictObject({ lockAfterMinutes: z.number().int().min(1).max(1440).nullable(), mac: base64 }),
  /** SHA-256 of all the rest: tells a damaged file from a wrong secret. */
  checksum: z.string(),
});
export type KeyFile = Omit<z.infer<typeof keyFile>, 'checksum'>;

/** Null when there is no such file. Faults: KEY_FILE_DAMAGED, STORE_TOO_NEW, READ_ONLY (not readable, or its folder cannot be one). */
export function readKeyFile(path: string): KeyFile | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT') return null;
    if (code === 'EISDIR') throw damaged(path, error, 'a folder');
    throw folderFault(error, path, dirname(path));
  }
  return parseKeyFile(text, path);
}

export function parseKeyFile(text: string, path: string): KeyFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, cause);
  }
  const newer = z.object({ format: z.literal('assay-keys'), version: z.number().min(2) }).safeParse(content);
  if (newer.success)
    throw new Fault(
      'STORE_TOO_NEW',
      `The key file ${path} was written by a newer version of Assay. Open the store with that version.`,
      {
        facts: { path, version: newer.data.version },
      },
    );
  const parsed = keyFile.safeParse(content);
  if (!parsed.success) throw damaged(path, parsed.error);
  const { checksum, ...rest } = parsed.data;
  if (checksum !== checksumOf(rest)) throw damaged(path, new Error('The checksum does not fit.'));
  return rest;
}

export function writeKeyFile(path: string, content: KeyFile): void {
  writeDurably(path, `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 1)}\n`);
}

/** The settings with the MAC that binds them to this store and its data key. */
export function sealSettings(storeId: string, lockAfterMinutes: number | null, dataKey: Buffer): KeyFile['settings'] {
  return { lockAfterMinutes, mac: settingsMac(storeId, lockAfterMinutes, dataKey).toString('base64') };
}

/** False when someone without the data key changed them, e.g. so that the store never locks itself. */
export function settingsHold({ storeId, settings }: KeyFile, dataKey: Buffer): boolean {
  const mac = Buffer.from(settings.mac, 'base64');
  const due = settingsMac(storeId, settings.lockAfterMinutes, dataKey);
  return mac.length === due.length && timingSafeEqual(mac, due);
}

function settingsMac(storeId: string, lockAfterMinutes: number | null, dataKey: Buffer): Buffer {
  const key = deriveKey(dataKey, storeId, 'key file settings');
  const mac = createHmac('sha256', key).update(canonicalJson({ storeId, lockAfterMinutes })).digest();
  key.fill(0);
  return mac;
}

/** 32 bytes by HKDF-SHA256 (RFC 5869) for one purpose; they tell nothing about the data key or another purpose's key. */
export function deriveKey(dataKey: Buffer, storeId: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, storeId, `assay ${purpose}`, 32));
}

/** Of all of it: tells one key file of a store from another. */
export const keyFileHash = checksumOf;

function checksumOf(content: KeyFile): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function damaged(path: string, cause: unknown, is = 'damaged'): Fault {
  return new Fault(
    'KEY_FILE_DAMAGED',
    `The key file ${path} is ${is}. Put back a copy of it: there is one in every backup of this store. Without it the store cannot be opened.`,
    { cause, facts: { path } },
  );
}
