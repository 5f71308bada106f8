import { longestName } from '../../preload/contract/names.ts';

/** A name made of a text: on one line, and cut where it is longer than `most` characters. */
export function proposedName(text: string, most = longestName): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= most) return line;
  // Half of a letter is none.
  return `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
