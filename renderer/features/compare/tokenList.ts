import type { Token } from '../../../preload/contract/engine.ts';

/** What is read of an answer's tokens: an array can be it, and so can a list that grows. */
export interface Tokens {
  readonly length: number;
  at(index: number): Token | undefined;
  slice(from: number, to: number): readonly Token[];
}

/**
 * The first `length` tokens of an array that several lists share and that grows at its end alone. So a longer list costs what it adds,
 * and a shorter one stays what it was: an answer of ten thousand tokens is never copied for the next one.
 */
export class TokenList implements Tokens {
  readonly length: number;
  readonly #kept: Token[];

  /** The array is the list's own from then on. */
  constructor(kept: Token[]) {
    this.#kept = kept;
    this.length = kept.length;
  }

  at(index: number): Token | undefined {
    const place = index < 0 ? this.length + index : index;
    return place < this.length ? this.#kept[place] : undefined;
  }

  slice(from: number, to: number): readonly Token[] {
    return this.#kept.slice(from, Math.min(to, this.length));
  }

  /** A list with these tokens behind its own. Copies only where another list has grown from this one already. */
  with(more: readonly Token[]): TokenList {
    const kept = this.#kept.length === this.length ? this.#kept : this.#kept.slice(0, this.length);
    for (const token of more) kept.push(token);
    return new TokenList(kept);
  }
}

/** An answer with these tokens from one of its places on; what was there already is not doubled, what is different begins anew. */
export function grown(
  answer: { text: string; tokens: Tokens },
  from: number,
  tokens: readonly Token[],
): { text: string; tokens: TokenList } {
  const known = answer.tokens.slice(from, from + tokens.length);
  if (known.every((token, at) => token.id === tokens[at]?.id && token.text === tokens[at]?.text)) {
    const added = tokens.slice(known.length);
    const list = answer.tokens instanceof TokenList ? answer.tokens : new TokenList([...all(answer.tokens)]);
    return { tokens: list.with(added), text: answer.text + textOf(added) };
  }
  const replaced = [...answer.tokens.slice(0, from), ...tokens];
  return { tokens: new TokenList(replaced), text: textOf(replaced) };
}

function all(tokens: Tokens): readonly Token[] {
  return tokens.slice(0, tokens.length);
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => token.text).join('');
}
