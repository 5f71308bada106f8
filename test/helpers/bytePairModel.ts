import { writeFileSync } from 'node:fs';
import { ggufBytes } from './ggufFile.ts';
import { randomLlama } from './ggufModel.ts';

/** Bytes as GPT-2 writes them: those that cannot be printed are the characters from U+0100 on. */
const byteTokens = (() => {
  const printed = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte !== 173);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printed(byte) ? byte : next++));
})();

export interface BytePairModel {
  /** Pairs, the first is merged first: `["a b", "b c"]`. */
  merges: string[];
  /** The rule by which a text is cut into words. */
  pre: string;
  seed?: number;
}

/** A small random model with 512 tokens and a tokenizer of byte pairs. */
export function writeBytePairModel(path: string, { merges, pre, seed }: BytePairModel): void {
  const parts = randomLlama({ dim: 64, layers: 1, seed, peak: 2, type: 'F16', chatTemplate: null });
  for (const key of [...parts.metadata.keys()]) if (key.startsWith('tokenizer.')) parts.metadata.delete(key);
  const merged = [...new Set(merges.map((pair) => pair.replace(' ', '')))].sort();
  const tokens = [...byteTokens, ...merged];
  const end = tokens.length;
  while (tokens.length < 512) tokens.push(`<|${tokens.length}|>`);
  parts.metadata.set('tokenizer.ggml.model', { type: 'string', value: 'gpt2' });
  parts.metadata.set('tokenizer.ggml.pre', { type: 'string', value: pre });
  parts.metadata.set('tokenizer.ggml.tokens', { type: 'strings', value: tokens });
  parts.metadata.set('tokenizer.ggml.token_type', { type: 'i32s', value: tokens.map((_, id) => (id < end ? 1 : 3)) });
  parts.metadata.set('tokenizer.ggml.merges', { type: 'strings', value: merges });
  for (const name of ['bos', 'eos']) parts.metadata.set(`tokenizer.ggml.${name}_token_id`, { type: 'u32', value: end });
  writeFileSync(path, ggufBytes(parts));
}
