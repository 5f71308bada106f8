import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { UnlockInput } from '../../../preload/contract/vault.ts';
import { canonicalJson } from '../../base/canonicalJson.ts';
import { Fault } from '../../base/fault.ts';
import type { KeyFile, Slot } from './keyFile.ts';
import { type KeyRing, usableKeyRing } from './keyRing.ts';
import { parseRecoveryCode } from './recoveryCode.ts';

type SlotOf<Kind extends Slot['kind']> = Extract<Slot, { kind: Kind }>;
type HeaderOf<Kind extends Slot['kind']> = Omit<SlotOf<Kind>, 'sealed'>;
type Header = HeaderOf<'passphrase'> | HeaderOf<'recovery'> | HeaderOf<'os'>;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

export interface SlotContext {
  storeId: string;
  dataKey: Buffer;
  /** ISO 8601. */
  createdAt: string;
}

export interface OpenedSlot {
  dataKey: Buffer;
  isStale: boolean;
}

/** scrypt with N = `cost`, r = 8, p = 1 (RFC 7914; 2^17 takes 128 MiB). The passphrase counts in its NFKC form. */
export async function passphraseSlot(context: SlotContext, passphrase: string, cost: number): Promise<Slot> {
  const header: HeaderOf<'passphrase'> = {
    kind: 'passphrase',
    createdAt: context.createdAt,
    kdf: { name: 'scrypt', N: cost, r: 8, p: 1 },
    salt: randomBytes(16).toString('base64'),
  };
  return { ...header, sealed: seal(await passphraseKey(passphrase, header), context, header) };
}

/** The code has 160 random bits, so HKDF-SHA256 is enough. */
export function recoverySlot(context: SlotContext, code: string): Slot {
  const header: HeaderOf<'recovery'> = {
    kind: 'recovery',
    createdAt: context.createdAt,
    kdf: { name: 'hkdf-sha256' },
    salt: randomBytes(16).toString('base64'),
  };
  return { ...header, sealed: seal(recoveryKey(code, header), context, header) };
}

/** Faults: KEY_RING_UNAVAILABLE, also for a backend that protects nothing. */
export async function keyRingSlot(context: SlotContext, keyRing: KeyRing): Promise<Slot> {
  const { available, backend, reason } = usableKeyRing(keyRing);
  if (!available)
    throw new Fault('KEY_RING_UNAVAILABLE', `The key ring of this system cannot be used. ${reason ?? ''}`.trim(), {
      facts: { backend },
    });
  const key = randomBytes(32);
  const guarded = await keyRing.encrypt(key.toString('base64')).catch((cause: unknown) => {
    throw new Fault(
      'KEY_RING_UNAVAILABLE',
      `The key ring of this system (${backend}) refused to keep the key. Unlock it and try again.`,
      { cause },
    );
  });
  const header: HeaderOf<'os'> = {
    kind: 'os',
    createdAt: context.createdAt,
    backend,
    guarded: guarded.toString('base64'),
  };
  return { ...header, sealed: seal(key, context, header) };
}

/**
 * The data key, and whether the slot that gave it is to be made anew (`isStale`). Faults: WRONG_SECRET, KEY_RING_UNAVAILABLE.
 * `place` is what the sentences name: the data folder or a backup.
 */
export async function openSlot(
  keys: KeyFile,
  input: UnlockInput,
  keyRing: KeyRing,
  place: string,
): Promise<OpenedSlot> {
  if (input.kind === 'passphrase') {
    const header = keys.slots.find((slot) => slot.kind === 'passphrase');
    const dataKey = header && unseal(await passphraseKey(input.passphrase, header), keys.storeId, header);
    if (dataKey) return { dataKey, isStale: false };
    throw new Fault(
      'WRONG_SECRET',
      `This passphrase does not open the store in ${place}. Check Caps Lock and the keyboard layout, or use the recovery code.`,
    );
  }
  if (input.kind === 'recovery') {
    const code = parseRecoveryCode(input.code);
    if (!code)
      throw new Fault(
        'WRONG_SECRET',
        'That is not a whole recovery code: it has eight groups of four letters and digits. Check it against your copy.',
      );
    const header = keys.slots.find((slot) => slot.kind === 'recovery');
    const dataKey = header && unseal(recoveryKey(code, header), keys.storeId, header);
    if (dataKey) return { dataKey, isStale: false };
    throw new Fault(
      'WRONG_SECRET',
      `This recovery code does not open the store in ${place}. Check each group of four; a code that was renewed no longer counts.`,
    );
  }
  return openKeyRingSlot(keys, keyRing);
}

async function openKeyRingSlot(keys: KeyFile, keyRing: KeyRing): Promise<OpenedSlot> {
  const header = keys.slots.find((slot) => slot.kind === 'os');
  if (!header)
    throw new Fault(
      'KEY_RING_UNAVAILABLE',
      'This store is not kept in the key ring of the system. Unlock it with the passphrase; the key ring can be added in Settings.',
    );
  const { available, backend, reason } = usableKeyRing(keyRing);
  if (!available)
    throw new Fault(
      'KEY_RING_UNAVAILABLE',
      `The key ring of this system cannot be used. ${reason ?? ''} Unlock with the passphrase.`,
      { facts: { backend } },
    );
  const forgotten = (cause?: unknown) =>
    new Fault(
      'KEY_RING_UNAVAILABLE',
      `The key ring of this system (${backend}) no longer opens this store: it was added under another user, on another machine, or by ${header.backend}. Unlock with the passphrase and add the key ring again in Settings.`,
      { cause, facts: { backend } },
    );
  const { text, isStale } = await keyRing.decrypt(Buffer.from(header.guarded, 'base64')).catch((cause: unknown) => {
    throw forgotten(cause);
  });
  const key = Buffer.from(text, 'base64');
  const dataKey = key.length === 32 ? unseal(key, keys.storeId, header) : null;
  if (!dataKey) throw forgotten();
  return { dataKey, isStale };
}

/** The file's slots with this one in place of the one of its kind. */
export function withSlot(keys: KeyFile, slot: Slot): KeyFile {
  return { ...keys, slots: [...keys.slots.filter(({ kind }) => kind !== slot.kind), slot] };
}

export function sameKey(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

async function passphraseKey(passphrase: string, { kdf, salt }: HeaderOf<'passphrase'>): Promise<Buffer> {
  const { N, r, p } = kdf;
  return derive(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: 256 * N * r });
}

function recoveryKey(code: string, { salt }: HeaderOf<'recovery'>): Buffer {
  return Buffer.from(
    hkdfSync('sha256', parseRecoveryCode(code) ?? code, Buffer.from(salt, 'base64'), 'assay recovery', 32),
  );
}

/** AES-256-GCM: 12 bytes of nonce, the data key, 16 bytes of tag. Clears the key that it is given. */
function seal(key: Buffer, { storeId, dataKey }: SlotContext, header: Header): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundData(storeId, header));
  const sealed = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  key.fill(0);
  return sealed.toString('base64');
}

/** Null when the key is not the one it was sealed with, or the header was changed. Clears the key. */
function unseal(key: Buffer, storeId: string, { sealed, ...header }: Slot): Buffer | null {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length !== 12 + 32 + 16) return null;
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  cipher.setAAD(boundData(storeId, header)).setAuthTag(bytes.subarray(-16));
  key.fill(0);
  try {
    return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]);
  } catch {
    return null; // The tag does not fit: that is the answer, not a failure.
  }
}

/** Everything of a slot but the sealed key: a lowered cost or another store's slot does not open. */
function boundData(storeId: string, header: Header): Buffer {
  return Buffer.from(canonicalJson({ version: 1, storeId, header }));
}
