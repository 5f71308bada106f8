import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, firstDivergence, trackDivergence } from '../../main/services/compare/divergence.rules.ts';

const words = ['a', 'b', 'ab', 'ba', '', 'é', '😀', '\u{1F469}\u200D', ' '];
const spelled = (ids: readonly number[], ended = true): Answer => ({
  tokens: ids.map((id) => ({ id, text: words[id] ?? '?' })),
  ended,
});
const cut = (text: string, ...ends: number[]): Answer => ({
  tokens: [...ends, text.length].map((end, index, all) => ({
    id: 1000 + index,
    text: text.slice(all[index - 1] ?? 0, end),
  })),
  ended: true,
});

/** The definition, written the slow way. */
function slowly(reference: Answer, candidate: Answer, by: 'id' | 'text'): number | null {
  const theirs = by === 'id' ? reference.tokens.map(({ id }) => id) : [...units(reference)];
  const ours = by === 'id' ? candidate.tokens.map(({ id }) => id) : [...units(candidate)];
  const place = ours.findIndex((unit, index) => index >= theirs.length || unit !== theirs[index]);
  if (place === -1) return ours.length < theirs.length && candidate.ended ? candidate.tokens.length : null;
  if (place >= theirs.length && !reference.ended) return null;
  if (by === 'id') return place;
  let end = 0;
  return candidate.tokens.findIndex(({ text }) => {
    end += text.length;
    return end > place;
  });
}

function units(answer: Answer): string[] {
  return answer.tokens
    .map(({ text }) => text)
    .join('')
    .split('');
}

const ids = fc.array(fc.nat(words.length - 1), { maxLength: 12 });
const pair = fc.record({
  common: ids,
  left: ids,
  right: ids,
  leftEnded: fc.boolean(),
  rightEnded: fc.boolean(),
  by: fc.constantFrom('id' as const, 'text' as const),
});

describe('the first divergence', () => {
  it('agrees with its definition', () => {
    fc.assert(
      fc.property(pair, ({ common, left, right, leftEnded, rightEnded, by }) => {
        const reference = spelled([...common, ...left], leftEnded);
        const candidate = spelled([...common, ...right], rightEnded);
        expect(firstDivergence(reference, candidate, by)).toBe(slowly(reference, candidate, by));
      }),
      { numRuns: 2000 },
    );
  });

  it('found token by token while both grow is the one found at the end', () => {
    const order = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(pair, order, ({ common, left, right, by }, turns) => {
        const reference = spelled([...common, ...left]);
        const candidate = spelled([...common, ...right]);
        const tracker = trackDivergence(by);
        let [theirs, ours] = [0, 0];
        let found: number | null = null;
        for (const turn of turns) {
          if (turn) theirs = Math.min(theirs + 1, reference.tokens.length + 1);
          else ours = Math.min(ours + 1, candidate.tokens.length + 1);
          // One step past the last token is the end of the answer.
          const partOf = ({ tokens }: Answer, count: number): Answer => ({
            tokens: tokens.slice(0, count),
            ended: count > tokens.length,
          });
          const now = tracker.update(partOf(reference, theirs), partOf(candidate, ours));
          if (found !== null) expect(now).toBe(found);
          found = now;
          if (theirs > reference.tokens.length && ours > candidate.tokens.length) break;
        }
        expect(found).toBe(firstDivergence(reference, candidate, by));
      }),
      { numRuns: 1000 },
    );
  });

  it('of an answer with itself is none', () => {
    fc.assert(fc.property(ids, (all) => firstDivergence(spelled(all), spelled(all), 'id') === null));
  });

  it('is the length of the answer that ended earlier', () => {
    expect(firstDivergence(spelled([0, 1, 2]), spelled([0, 1]), 'id')).toBe(2);
    expect(firstDivergence(spelled([0, 1]), spelled([0, 1, 2]), 'id')).toBe(2);
    expect(firstDivergence(cut('one two three'), cut('one two', 3), 'text')).toBe(2);
  });

  it('is not known while one is a prefix of the other and goes on', () => {
    expect(firstDivergence(spelled([0, 1, 2]), spelled([0, 1], false), 'id')).toBeNull();
    expect(firstDivergence(spelled([0, 1], false), spelled([0, 1, 2]), 'id')).toBeNull();
    expect(firstDivergence({ ...cut('one'), ended: false }, cut('one two'), 'text')).toBeNull();
  });

  it('across tokenizers is the token that holds the first differing character', () => {
    expect(firstDivergence(cut('The cat sat', 3, 7), cut('The cat ran', 1, 2, 8, 9), 'text')).toBe(3);
    expect(firstDivergence(cut('same text', 4), cut('same text', 1, 2, 3), 'text')).toBeNull();
  });

  it('goes over to text when equal ids turn out to spell different texts', () => {
    const reference: Answer = {
      tokens: [
        { id: 1, text: 'Hel' },
        { id: 2, text: 'lo' },
      ],
      ended: true,
    };
    const candidate: Answer = {
      tokens: [
        { id: 1, text: 'H' },
        { id: 9, text: 'ello' },
      ],
      ended: true,
    };
    expect(firstDivergence(reference, candidate, 'id')).toBeNull();
  });
});
