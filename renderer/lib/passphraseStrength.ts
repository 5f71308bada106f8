/** A modest estimate of how many guesses a passphrase takes: unlike characters count, repeats, runs and well-known words hardly do. */
export interface Strength {
  /** Bits of the estimate. */
  bits: number;
  /** 0 too short, 1 weak, 2 fair, 3 strong. */
  level: 0 | 1 | 2 | 3;
  words: string;
}

const common = [
  'password',
  'passphrase',
  'letmein',
  'welcome',
  'dragon',
  'monkey',
  'master',
  'qwerty',
  'azerty',
  'secret',
  'admin',
  'login',
  'iloveyou',
  'assay',
];
const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

export function passphraseStrength(passphrase: string): Strength {
  if (passphrase.length < 8)
    return { bits: 0, level: 0, words: `At least 8 characters; ${8 - passphrase.length} to go.` };
  const bits = Math.round(estimate(passphrase));
  if (bits < 36) return { bits, level: 1, words: 'Weak: guessed in hours by someone who has the file. Add words.' };
  if (bits < 56)
    return { bits, level: 2, words: 'Fair: holds against most attempts. One more unrelated word makes it strong.' };
  return { bits, level: 3, words: 'Strong: years of guessing for someone who has the file.' };
}

/** Words of a phrase weigh 12 bits at most each (a list of 4096 words); other text by its alphabet, without repeats and runs. */
function estimate(passphrase: string): number {
  let rest = passphrase.toLowerCase();
  let bits = 0;
  for (const word of common) {
    if (!rest.includes(word)) continue;
    rest = rest.replaceAll(word, '');
    bits += 4;
  }
  const alphabet = alphabetOf(passphrase);
  const seen = new Set<string>();
  for (const part of rest.split(/[\s\-_.,]+/).filter(Boolean)) {
    if (seen.has(part)) {
      bits += 1;
      continue;
    }
    seen.add(part);
    const characters = effectiveLength(part) * Math.log2(alphabet);
    bits +=
      /^[a-z]{3,}$/.test(part) && seen.size + rest.split(/[\s\-_.,]+/).length > 2
        ? Math.min(characters, 12)
        : characters;
  }
  return bits + Math.max(0, seen.size - 1);
}

function alphabetOf(passphrase: string): number {
  let size = 0;
  if (/[a-z]/.test(passphrase)) size += 26;
  if (/[A-Z]/.test(passphrase)) size += 26;
  if (/\d/.test(passphrase)) size += 10;
  if (/[^a-zA-Z0-9]/.test(passphrase)) size += 20;
  return Math.max(size, 2);
}

/** Characters that continue a repeat or a run (aaa, 1234, qwer) count a fifth. */
function effectiveLength(part: string): number {
  let length = 0;
  for (let index = 0; index < part.length; index++) {
    const pair = part.slice(index - 1, index + 1);
    const easy =
      index > 0 &&
      (pair[0] === pair[1] || rows.some((row) => row.includes(pair) || [...row].reverse().join('').includes(pair)));
    length += easy ? 0.2 : 1;
  }
  return length;
}
