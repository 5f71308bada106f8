import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** What turns the reference's text into this one, word by word; spaces are kept. Of an unfinished one what is missing at the end is left out. */
export function wordDiff(reference: string, candidate: string, unfinished: boolean): DiffPart[] {
  const parts: DiffPart[] = diffWordsWithSpace(reference, candidate).map((part) => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value,
  }));
  if (unfinished && parts.at(-1)?.kind === 'removed') parts.pop();
  return parts;
}
