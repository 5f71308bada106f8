import { randomBytes } from 'node:crypto';

/** A new id: sorts by time of creation (48-bit milliseconds), then 80 random bits; 26 characters of Crockford's base 32. */
export function newId(now: number = Date.now()): string {
  const bytes = Buffer.concat([Buffer.alloc(6), randomBytes(10)]);
  bytes.writeUIntBE(now, 0, 6);
  let bits = BigInt(`0x${bytes.toString('hex')}`);
  let id = '';
  for (let index = 0; index < 26; index++) {
    id = alphabet[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id;
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
