import { isUnspaced, spacedCharacters } from '../../base/searchText.ts';

/** One thing that was searched for. */
export interface SearchTerm {
  /** As it was typed, without quotes and sign. */
  text: string;
  /** The words in it as the index keeps them; together they stand in this order. */
  words: string[];
  /** The last word may go on. */
  open: boolean;
  /** Must not be there. */
  excluded: boolean;
}

/**
 * Reads what a person typed: words, "words together", -excluded. No operator, no column, no wildcard: every other sign parts words.
 * The word that is being typed (nothing follows it) is open; quoted and excluded ones never are.
 */
export function parseSearch(typed: string): SearchTerm[] {
  const terms: SearchTerm[] = [];
  const pattern = /(-?)"([^"]*)(?:"|$)|(\S+)/gu;
  for (const match of typed.normalize('NFC').matchAll(pattern)) {
    const [whole, sign, quoted, bare] = match;
    const isQuoted = quoted !== undefined;
    const excluded = isQuoted ? sign === '-' : bare !== undefined && /^-[^-]/.test(bare);
    const text = isQuoted ? quoted : excluded ? (bare ?? '').slice(1) : (bare ?? '');
    const words = wordsOf(text);
    if (words.length === 0) continue;
    const isLast = match.index + whole.length === typed.normalize('NFC').length;
    terms.push({ text, words, excluded, open: isLast && !isQuoted && !excluded });
  }
  return terms;
}

/** The words of a text as the index parts and folds them: letters and digits, without case and diacritics. */
export function wordsOf(text: string): string[] {
  return rawWords(text)
    .map(fold)
    .filter((word) => word !== '');
}

function rawWords(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

const plain = /^[\u0020-\u007e]*$/;

/** Without case and without the diacritics of Latin, Greek and Cyrillic; the marks of other scripts make words and stay. */
export function fold(word: string): string {
  if (plain.test(word)) return word.toLowerCase();
  return word
    .normalize('NFD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
}

/** What is filtered by, as words of the index that nobody can type (private characters). */
export const facet = {
  model: (key: number) => `\ue001${key}`,
  tag: (key: number) => `\ue002${key}`,
  note: '\ue003',
  source: (name: string) => `\ue004${name}`,
};

export interface FacetFilter {
  /** Any of them; an empty list finds nothing. */
  models?: readonly number[];
  /** All of them. */
  tags?: readonly number[];
  hasNote?: boolean;
  source?: string;
}

export function facetsOf(entry: { model: number; tags: readonly number[]; hasNote: boolean; source: string }): string {
  return [
    facet.model(entry.model),
    facet.source(entry.source),
    ...entry.tags.map(facet.tag),
    ...(entry.hasNote ? [facet.note] : []),
  ].join(' ');
}

const columns = '{title system prompt answer note tags}';

/**
 * The query in the language of FTS5, each word of the person's in quotes; null when nothing is asked of the index at all.
 * `nothing`: what was typed holds no word to search for, or only excluded ones without anything to exclude them from.
 */
export function matchOf(typed: string, filter: FacetFilter): { match: string | null; nothing: boolean } {
  const terms = parseSearch(typed);
  if (typed.trim() !== '' && terms.length === 0) return { match: null, nothing: true };
  if (filter.models?.length === 0) return { match: null, nothing: true };
  const wanted = terms.filter(({ excluded }) => !excluded).map(phraseOf);
  const unwanted = terms.filter(({ excluded }) => excluded).map(phraseOf);
  const only = [
    ...(filter.models ? [anyFacet(filter.models.map(facet.model))] : []),
    ...(filter.tags ?? []).map((key) => anyFacet([facet.tag(key)])),
    ...(filter.hasNote === true ? [anyFacet([facet.note])] : []),
    ...(filter.source === undefined ? [] : [anyFacet([facet.source(filter.source)])]),
  ];
  const without = [...unwanted, ...(filter.hasNote === false ? [anyFacet([facet.note])] : [])];
  const positive = [...wanted, ...only];
  if (positive.length === 0 && without.length === 0) return { match: null, nothing: false };
  // NOT needs something on its left: every row has a source.
  if (positive.length === 0) positive.push(anyFacet(['compare', 'playground', 'import'].map(facet.source)));
  const all = positive.join(' AND ');
  return { match: without.length === 0 ? all : `(${all}) NOT (${without.join(' OR ')})`, nothing: false };
}

function phraseOf({ text, words, open }: SearchTerm): string {
  if (isUnspaced(text)) {
    const isOpen = open && !isUnspaced(text.at(-1) ?? '');
    return `{characters} : "${rawWords(text).map(spacedCharacters).join(' ')}"${isOpen ? '*' : ''}`;
  }
  return `${columns} : "${words.join(' ')}"${open ? '*' : ''}`;
}

function anyFacet(tokens: readonly string[]): string {
  return `{facets} : (${tokens.map((token) => `"${token}"`).join(' OR ')})`;
}
