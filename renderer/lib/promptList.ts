/** How a text becomes a list of prompts. */
export type Splitting = 'one' | 'lines' | 'separator';

/** One prompt, one a line, or parts between lines that hold only `---`. Empty ones are left out. */
export function splitPrompts(text: string, splitting: Splitting): string[] {
  if (splitting === 'one') return text.trim() === '' ? [] : [text];
  const parts = splitting === 'lines' ? text.split(/\r?\n/) : text.split(/^[ \t]*---[ \t]*$/m);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
