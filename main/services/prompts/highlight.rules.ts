import type { ExcerptPart } from '../../../preload/contract/prompts.ts';
import { isUnspaced } from '../../base/searchText.ts';
import { fold, type SearchTerm } from './search.rules.ts';

/** A place in a text, from and up to but without, in UTF-16 units. */
export type Place = [from: number, to: number];

/**
 * Where the terms stand in the text, in its order and without overlaps; at most `most`. `within`: characters after the first one
 * beyond which none is looked for.
 */
export function hitsIn(
  text: string,
  terms: readonly SearchTerm[],
  { most = 1000, within = Number.POSITIVE_INFINITY }: { most?: number; within?: number } = {},
): Place[] {
  const wanted = terms.filter(({ excluded }) => !excluded);
  if (wanted.length === 0 || text === '') return [];
  const found: Place[] = [];
  const spaced = wanted.filter((term) => !isUnspaced(term.text));
  if (spaced.length > 0) findWords(text, spaced, found, most, within);
  for (const term of wanted.filter((one) => isUnspaced(one.text))) findParts(text, term.text, found, most);
  return merged(found).slice(0, most);
}

function findWords(text: string, terms: readonly SearchTerm[], found: Place[], most: number, within: number): void {
  const tokens: { word: string; from: number; to: number }[] = [];
  const longest = Math.max(...terms.map(({ words }) => words.length));
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    tokens.push({ word: fold(match[0]), from: match.index, to: match.index + match[0].length });
    if (tokens.length > longest) tokens.shift();
    for (const { words, open } of terms) {
      const here = tokens.slice(-words.length);
      const [first, last] = [here[0], here.at(-1)];
      if (here.length < words.length || first === undefined || last === undefined) continue;
      const fits = words.every((word, index) => {
        const isOpen = open && index === words.length - 1;
        return isOpen ? here[index]?.word.startsWith(word) : here[index]?.word === word;
      });
      if (fits) found.push([first.from, last.to]);
    }
    if (found.length >= most || match.index > (found[0]?.[0] ?? text.length) + within) return;
  }
}

function findParts(text: string, part: string, found: Place[], most: number): void {
  const folded = text.toLowerCase();
  const wanted = part.toLowerCase();
  // Lower case may have another length in a few scripts; then places would not fit.
  if (folded.length !== text.length) return;
  for (
    let at = folded.indexOf(wanted);
    at !== -1 && found.length < most;
    at = folded.indexOf(wanted, at + wanted.length)
  )
    found.push([at, at + wanted.length]);
}

function merged(places: Place[]): Place[] {
  const sorted = places.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const result: Place[] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** About `length` characters of the text on one line, around the first hit or from the beginning. */
export function excerptOf(text: string, terms: readonly SearchTerm[], length = 160): ExcerptPart[] {
  const hits = hitsIn(text, terms, { most: 50, within: length });
  const first = hits[0]?.[0] ?? 0;
  let from = first <= length / 2 ? 0 : wordStart(text, first - Math.floor(length / 3));
  // Half of a surrogate pair is no character.
  if (/[\udc00-\udfff]/.test(text[from] ?? '')) from += 1;
  let to = Math.min(text.length, from + length);
  if (/[\ud800-\udbff]/.test(text[to - 1] ?? '')) to -= 1;
  const parts: ExcerptPart[] = [];
  let at = from;
  for (const [begin, end] of hits) {
    if (end <= from || begin >= to) continue;
    push(parts, text.slice(at, Math.max(at, begin)), false);
    push(parts, text.slice(Math.max(at, begin), Math.min(end, to)), true);
    at = Math.min(end, to);
  }
  push(parts, text.slice(at, to), false);
  const [head, tail] = [parts[0], parts.at(-1)];
  if (head) head.text = head.text.trimStart();
  if (from > 0) parts.unshift({ text: '…', hit: false });
  if (tail && to < text.length) parts.push({ text: '…', hit: false });
  return parts.filter((part) => part.text !== '');
}

function wordStart(text: string, near: number): number {
  const space = text.slice(near, near + 24).search(/\s/);
  return space === -1 ? near : near + space + 1;
}

function push(parts: ExcerptPart[], text: string, hit: boolean): void {
  if (text !== '') parts.push({ text: text.replaceAll(/\s+/g, ' '), hit });
}
