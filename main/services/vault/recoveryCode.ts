import { randomBytes } from 'node:crypto';

/** Base 32 of RFC 4648: 0, 1 and 8 are not in it, so what is taken for O, I or B on paper can be told. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 random bits as eight groups of four characters, e.g. `7KQM-…`. */
export function newRecoveryCode(): string {
  // 32 divides 256, so the low five bits of a random byte are uniform.
  const characters = Array.from(randomBytes(32), (byte) => alphabet.charAt(byte & 31));
  return (characters.join('').match(/.{4}/g) ?? []).join('-');
}

/** The 32 characters of a code as someone typed it, in any case and with any separators; null when it cannot be one. */
export function parseRecoveryCode(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s\p{P}]/gu, '')
    .replaceAll('0', 'O')
    .replaceAll('1', 'I')
    .replaceAll('8', 'B');
  return code.length === 32 && [...code].every((character) => alphabet.includes(character)) ? code : null;
}
