/**
 * A name from a file as a sentence may hold it: cut at 64 characters, in quotes, and with control characters and turns of direction
 * (C0, DEL, C1, U+202A–202E, U+2066–2069) written as escapes.
 */
export function quoted(name: string): string {
  return JSON.stringify(clipped(name, 64)).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The beginning of a text, with an ellipsis when something is left out; never half of a character. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
