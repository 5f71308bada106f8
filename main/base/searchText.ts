/** Scripts that are written without spaces between words: a search for a part of a run of them must find it. */
const unspaced =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const wordWithUnspaced = new RegExp(`[\\p{L}\\p{N}\\p{M}]*[${unspaced}][\\p{L}\\p{N}\\p{M}]*`, 'gu');
const parts = new RegExp(`[${unspaced}]|[^${unspaced}]+`, 'gu');
const holdsUnspaced = new RegExp(`[${unspaced}]`, 'u');

/** A token of its own between two runs, so that no phrase spans them. A private character, so nobody types it. */
const between = ' \ue000 ';

export function isUnspaced(text: string): boolean {
  return holdsUnspaced.test(text);
}

/** `模型v2` becomes `模 型 v2`: each character of an unspaced script is a word. */
export function spacedCharacters(word: string): string {
  return (word.match(parts) ?? []).join(' ');
}

/** The runs of unspaced scripts in these texts, their characters one by one, for the full-text index; null when there are none. */
export function characterRuns(...texts: readonly (string | null)[]): string | null {
  const runs = texts.flatMap((text) => text?.match(wordWithUnspaced) ?? []);
  return runs.length === 0 ? null : runs.map(spacedCharacters).join(between);
}
