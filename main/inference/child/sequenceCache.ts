import type { NativeContext } from './bindings.ts';

/** The tokens whose keys and values sequence 0 of a context holds, from its beginning on. */
export interface SequenceCache {
  tokens: number[];
}

/**
 * Drops all but what the sequence holds of the beginning of these tokens, and returns how many that are. The last token is always
 * left to decode, because its logits are needed. A cache that has lost its beginning (a sliding window) or cannot be cut back (a
 * recurrent state) is dropped whole.
 */
export function keepBeginning(context: NativeContext, cache: SequenceCache, tokens: readonly number[]): number {
  const most = Math.min(cache.tokens.length, tokens.length - 1);
  let same = 0;
  while (same < most && cache.tokens[same] === tokens[same]) same += 1;
  const isCut =
    same > 0 &&
    context.getSequenceKvCacheMinPosition(0) === 0 &&
    (same === cache.tokens.length || context.removeTokenCellsFromSequence(0, same, -1));
  if (!isCut) {
    dropAll(context, cache);
    return 0;
  }
  cache.tokens.length = same;
  return same;
}

export function dropAll(context: NativeContext, cache: SequenceCache): void {
  context.disposeSequence(0);
  cache.tokens = [];
}
