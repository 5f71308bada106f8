import type { NativeParts } from './bindings.ts';
import type { Observation } from './observation.ts';
import type { Observer } from './observe.ts';
import type { SequenceCache } from './sequenceCache.ts';

export interface DecodeOptions {
  prompt: number[];
  /** What of the answer was there before; it stands behind the prompt. */
  written: number[];
  /** What the context holds already. */
  cache: SequenceCache;
  /** How many of the first tokens of prompt and answer the cache holds and shall be taken from there. */
  kept: number;
  contextSize: number;
  batchSize: number;
  maxTokens: number;
  signal: AbortSignal;
  isEnd(token: number): boolean;
  /** Called for each token while the next one is decoded. Returns true when the answer ends with it. */
  accept(observation: Observation): boolean;
}

export type DecodeEnd = 'end' | 'length' | 'stop' | 'cancelled';

/**
 * Prefill and decoding on sequence 0. From an empty cache (`kept` 0) the same request gives the same numbers whatever ran before.
 * What is done in JavaScript for a token is done while the native thread decodes the next.
 */
export async function decode(parts: NativeParts, observer: Observer, options: DecodeOptions): Promise<DecodeEnd> {
  const { contextSize, batchSize, maxTokens, signal, cache, kept } = options;
  const { context } = parts;
  const history: number[] = [...options.written];
  const prompt = [...options.prompt, ...options.written];
  const last = history.length + maxTokens;
  let position = kept;
  let row = 0;
  for (let from = kept; from < prompt.length; from += batchSize) {
    if (signal.aborted) return 'cancelled';
    const part = Uint32Array.from(prompt.slice(from, from + batchSize));
    const isLast = from + part.length === prompt.length;
    context.initBatch(part.length);
    row = context.addToBatch(0, position, part, isLast ? Uint32Array.of(part.length - 1) : new Uint32Array())[0] ?? 0;
    await context.decodeBatch();
    position += part.length;
    cache.tokens.push(...part);
  }
  for (;;) {
    const observation = await observer.next(row, history);
    const { token } = observation;
    if (signal.aborted) return 'cancelled';
    if (token < 0) throw new Error('No token could be sampled.');
    if (options.isEnd(token)) return 'end';
    history.push(token);
    const full = history.length >= last || position >= contextSize;
    if (full) return options.accept(observation) ? 'stop' : 'length';
    context.initBatch(1);
    row = context.addToBatch(0, position, Uint32Array.of(token), Uint32Array.of(0))[0] ?? 0;
    position += 1;
    const decoding = context.decodeBatch();
    let ended = true;
    try {
      ended = options.accept(observation);
    } finally {
      // The native thread must be done before anything is freed, also when accept throws.
      await decoding;
    }
    cache.tokens.push(token);
    if (ended) return 'stop';
  }
}
