/**
 * A text of a file, a model or a chat as the page may show it: what turns the direction of writing (U+202A–202E, U+2066–2069) would make it
 * read as another text, and control characters are seen by nobody; each becomes U+FFFD, so that positions stay. Line ends and tabs stay.
 */
export function legible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
