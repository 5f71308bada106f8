import { describe, expect, test } from 'vitest';
import { passphraseStrength } from '../../renderer/lib/passphraseStrength.ts';

describe('the strength of a passphrase', () => {
  test.each([
    ['short', 0],
    ['password', 1],
    ['password1234', 1],
    ['aaaaaaaaaaaaaaaa', 1],
    ['qwertyuiop', 1],
    ['copper lantern', 1],
    ['copper lantern orbit', 2],
    ['copper lantern orbit nine harbour', 3],
    ['x7#Qm2!vLp9&Zt', 3],
  ])('%s has level %d', (passphrase, level) => expect(passphraseStrength(passphrase).level).toBe(level));

  test('a repeated word adds next to nothing', () => {
    const once = passphraseStrength('copper lantern orbit').bits;
    expect(passphraseStrength('copper lantern orbit orbit orbit').bits - once).toBeLessThan(4);
  });
});
