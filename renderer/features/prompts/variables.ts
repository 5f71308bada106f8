/** `{{name}}` in a saved prompt; the host reads names by the same rule. */
const variable = /\{\{\s*([\p{L}_][\p{L}\p{N}_-]{0,59})\s*\}\}/gu;

export function variablesIn(...texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(variable)].map((match) => match[1] ?? '')))];
}

/** With the values in place of the variables; one without a value stays as it is written. What a value holds is never read as a variable. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(variable, (whole, name: string) =>
    Object.hasOwn(values, name) && values[name] !== '' ? (values[name] ?? whole) : whole,
  );
}
