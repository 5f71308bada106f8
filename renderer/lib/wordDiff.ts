import { diffWordsWithSpace } from 'diff';

export interface DiffPart {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

/** What turns the reference's text into this one, word by word; spaces are kept. */
export function wordDiff(reference: string, candidate: string): DiffPart[] {
  return diffWordsWithSpace(reference, candidate).map((part) => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value,
  }));
}
