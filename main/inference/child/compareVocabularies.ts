import type { VocabularyDifference } from '../protocolFiles.ts';
import { readParts } from './inspect.ts';
import { clipped } from './quoted.ts';

/** Token by token of two files that can be read. */
export function compareVocabularies(one: string, other: string): VocabularyDifference {
  const tokensOf = (path: string) =>
    readParts(path, { vocabulary: true })[0]?.header.lists.get('tokenizer.ggml.tokens')?.texts ?? [];
  const left = tokensOf(one);
  const right = tokensOf(other);
  const difference: VocabularyDifference = { sizes: [left.length, right.length], count: 0, examples: [] };
  for (let id = 0; id < Math.max(left.length, right.length); id++) {
    if (left[id] === right[id]) continue;
    difference.count += 1;
    if (difference.examples.length < 10)
      difference.examples.push({ id, one: shown(left[id]), other: shown(right[id]) });
  }
  return difference;
}

const shown = (token: string | undefined) => (token === undefined ? null : clipped(token, 100));
