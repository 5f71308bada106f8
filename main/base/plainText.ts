/**
 * Text for a file that people open: control characters and those that turn the direction of writing (U+202A–202E, U+2066–2069) become
 * U+FFFD, so that no name of a file can pass for something else. Line breaks and tabs are white space and stay.
 */
export const plainText = (text: string): string =>
  text.replaceAll(/(?![\t\n\r])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
