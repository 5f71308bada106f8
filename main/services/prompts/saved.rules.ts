/** A variable: letters, digits, `_` and `-`, in double braces. */
const variable = /\{\{\s*([\p{L}_][\p{L}\p{N}_-]{0,59})\s*\}\}/gu;

/** Names of the variables in these texts, each once, in the order in which they come. */
export function variablesIn(...texts: readonly (string | null)[]): string[] {
  const names = texts.flatMap((text) => [...(text ?? '').matchAll(variable)].map((match) => match[1] ?? ''));
  return [...new Set(names)];
}
