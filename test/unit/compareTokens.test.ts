import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTokens, encodeTokens, roundToken } from '../../main/services/compare/tokens.rules.ts';
import type { Token } from '../../preload/contract/engine.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('', '\uD83D', '\uDE00', '\0'),
);
const logprob = fc.double({ min: -2000, max: 0, noNaN: true });
const alternative = fc.record({ id: fc.nat(300_000), text, logprob });
const token: fc.Arbitrary<Token> = fc.record(
  {
    text,
    id: fc.integer({ min: -1, max: 4_000_000 }),
    logprob,
    ms: fc.double({ min: 0, max: 1e9, noNaN: true }),
    alternatives: fc.array(alternative, { maxLength: 4 }),
  },
  { requiredKeys: ['text', 'id', 'logprob', 'ms'] },
);

describe('kept tokens', () => {
  it('come back as they were, rounded to a millionth of a nat and a microsecond', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (all) => {
        const rounded = all.map(roundToken);
        const whole = rounded.map((one) => one.text).join('');
        expect(decodeTokens(encodeTokens(rounded, whole), whole)).toEqual(rounded);
      }),
      { numRuns: 500 },
    );
  });

  it('come back also when the text is not what they spell', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 10 }), text, (all, other) => {
        const rounded = all.map(roundToken);
        expect(decodeTokens(encodeTokens(rounded, other), other)).toEqual(rounded);
      }),
    );
  });

  it('take at most eleven bytes each beside the text', () => {
    const all = Array.from({ length: 128 }, (_, index) => ({
      text: ` word${index}`,
      id: 1000 + index * 900,
      logprob: -0.123456 * (index % 40),
      ms: 40 + index * 33.333,
    }));
    const whole = all.map((one) => one.text).join('');
    expect(encodeTokens(all, whole).length / all.length).toBeLessThan(11);
  });

  it('are refused when the blob is cut or of another version', () => {
    const blob = encodeTokens([{ text: 'a', id: 5, logprob: -1, ms: 2 }], 'a');
    for (let length = 0; length < blob.length; length++)
      expect(() => decodeTokens(blob.subarray(0, length), 'a')).toThrow(RangeError);
    expect(() => decodeTokens(Buffer.from([9, 0, 0, 0]), '')).toThrow(RangeError);
  });
});
