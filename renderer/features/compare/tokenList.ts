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
