import type { Token } from '../../../preload/contract/engine.ts';

/** What the comparison of two answers needs of each. */
export interface Answer {
  tokens: readonly Pick<Token, 'id' | 'text'>[];
  /** True once the model ended the answer itself or by its limit; false while it goes on, and for ever when it was cut off. */
  ended: boolean;
}

/** Follows two growing answers. */
export interface DivergenceTracker {
  /** Index of the first token of the candidate that differs; once found it stays. Looks only at what is new. */
  update(reference: Answer, candidate: Answer): number | null;
}

/**
 * Index of the first token of `candidate` that differs from `reference`.
 *
 * By id when both have one vocabulary, else by text: then it is the token that holds the first differing character. Null while
 * one is a prefix of the other and the shorter one has not ended, and when they are equal. When the shorter one has ended, the
 * index is where the longer one goes on: its length, in tokens of the candidate.
 */
export function firstDivergence(reference: Answer, candidate: Answer, by: 'id' | 'text'): number | null {
  return trackDivergence(by).update(reference, candidate);
}

export function trackDivergence(by: 'id' | 'text'): DivergenceTracker {
  let walk: Walk | null = by === 'id' ? walkIds() : walkTexts();
  let found: number | null = null;
  return {
    update(reference, candidate) {
      if (found !== null || walk === null) return found;
      const step = walk(reference, candidate);
      if (step === 'other vocabulary') {
        walk = walkTexts();
        return this.update(reference, candidate);
      }
      found = step;
      return found;
    },
  };
}

type Walk = (reference: Answer, candidate: Answer) => number | null | 'other vocabulary';

function walkIds(): Walk {
  let equal = 0;
  return (reference, candidate) => {
    for (; equal < reference.tokens.length && equal < candidate.tokens.length; equal++) {
      const theirs = reference.tokens[equal];
      const ours = candidate.tokens[equal];
      if (theirs?.id !== ours?.id) return equal;
      // Equal ids so far spell equal texts, unless the vocabularies only looked alike.
      if (theirs?.text !== ours?.text) return 'other vocabulary';
    }
    if (reference.tokens.length === candidate.tokens.length) return null;
    const shorter = reference.tokens.length < candidate.tokens.length ? reference : candidate;
    return shorter.ended ? equal : null;
  };
}

/** A place in an answer: a token and a UTF-16 unit within it. */
interface Place {
  token: number;
  unit: number;
}

function walkTexts(): Walk {
  const theirs: Place = { token: 0, unit: 0 };
  const ours: Place = { token: 0, unit: 0 };
  return (reference, candidate) => {
    for (;;) {
      const left = rest(reference, theirs);
      const right = rest(candidate, ours);
      if (left === '' && right === '') return null;
      if (left === '') return reference.ended ? ours.token : null;
      if (right === '') return candidate.ended ? candidate.tokens.length : null;
      const length = Math.min(left.length, right.length);
      if (left.slice(0, length) !== right.slice(0, length)) return ours.token;
      theirs.unit += length;
      ours.unit += length;
    }
  };
}

/** What is left of the token at this place, moving on past tokens that are used up; empty at the end of the answer. */
function rest(answer: Answer, place: Place): string {
  for (;;) {
    const text = answer.tokens[place.token]?.text;
    if (text === undefined) return '';
    if (place.unit < text.length) return text.slice(place.unit);
    place.token++;
    place.unit = 0;
  }
}
