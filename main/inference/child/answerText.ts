import type { Token } from '../../../preload/contract/engine.ts';

/** Turns token ids into text; `before` are tokens that precede them. Incomplete UTF-8 comes as U+FFFD. */
export type Detokenize = (tokens: number[], before: number[]) => string;

export interface AnswerText {
  /** Takes the next token, whose text is not known yet. Returns the tokens that may be shown, and whether a stop text ended the answer. */
  add(token: Token): { ready: Token[]; stopped: boolean };
  /** What was held back, when the answer ended otherwise. */
  rest(): Token[];
  /** The text of everything returned so far. */
  text(): string;
}

/** A character of UTF-8 has at most four bytes, so that more tokens than that hold no incomplete one. */
const longestCharacter = 4;
/** The beginning of an answer decides on its leading space; beyond that one token before is enough, three are kept. */
const tokensBefore = 3;

/**
 * Gives tokens their text: an incomplete character waits for its last byte, a text that may become a stop text waits until it
 * is one or not. The texts of all returned tokens, joined, are the answer.
 */
export function createAnswerText(detokenize: Detokenize, stops: string[], promptEnd: number[]): AnswerText {
  let before = promptEnd.slice(-tokensBefore);
  let incomplete: number[] = [];
  let held: Token[] = [];
  let shown = '';

  const release = (count: number): Token[] => {
    const ready = held.slice(0, count);
    held = held.slice(count);
    for (const token of ready) shown += token.text;
    return ready;
  };

  const settle = (token: Token, text: string) => {
    token.text = text;
    before = [...before, ...incomplete].slice(-tokensBefore);
    incomplete = [];
  };

  return {
    add(token) {
      incomplete.push(token.id);
      held.push(token);
      const text = detokenize(incomplete, before);
      if (text.endsWith('\uFFFD') && incomplete.length < longestCharacter) return { ready: [], stopped: false };
      settle(token, text);
      if (stops.length === 0) return { ready: release(held.length), stopped: false };
      const waiting = held.map((one) => one.text).join('');
      const end = firstStop(waiting, stops);
      if (end !== undefined) {
        held = cut(held, end);
        return { ready: release(held.length), stopped: true };
      }
      return { ready: release(wholeTokens(held, waiting.length - openEnd(waiting, stops))), stopped: false };
    },
    rest() {
      const last = held.at(-1);
      if (last !== undefined && incomplete.length > 0) settle(last, detokenize(incomplete, before));
      return release(held.length);
    },
    text: () => shown,
  };
}

function firstStop(text: string, stops: string[]): number | undefined {
  const found = stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** Length of the longest end of the text that a stop text begins with. */
function openEnd(text: string, stops: string[]): number {
  const longest = Math.min(text.length, Math.max(...stops.map((stop) => stop.length)) - 1);
  for (let length = longest; length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}

function wholeTokens(tokens: Token[], characters: number): number {
  let length = 0;
  const index = tokens.findIndex((token) => {
    length += token.text.length;
    return length > characters;
  });
  return index < 0 ? tokens.length : index;
}

/** The tokens up to that many characters; the one across the border keeps its first part. */
function cut(tokens: Token[], characters: number): Token[] {
  const kept: Token[] = [];
  let left = characters;
  for (const token of tokens) {
    if (left <= 0) break;
    kept.push({ ...token, text: token.text.slice(0, left) });
    left -= token.text.length;
  }
  return kept;
}
