import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleFolder } from '../../main/host/places.ts';

/**
 * The committed sample with the same weights and the same work a token, but nothing that ends an answer and room for a long one:
 * its own answers are over after a few dozen tokens, too few to measure a rate on.
 */
export function writeEndlessSample(path: string, contextLength: number): string {
  const bytes = readFileSync(join(sampleFolder(), 'assay-sample-F16.gguf'));
  for (const name of ['eos', 'eot']) setNumber(bytes, `tokenizer.ggml.${name}_token_id`, 0);
  setNumber(bytes, 'llama.context_length', contextLength);
  // In the list of tokens, which comes before the template: by its name alone it would be an end token. The other one is as long.
  bytes.write('<|and|>', bytes.indexOf('<|end|>'));
  writeFileSync(path, bytes);
  return path;
}

/** A u32 of the metadata stands behind its key and the number 4 of its type. */
function setNumber(bytes: Buffer, key: string, value: number): void {
  const at = bytes.indexOf(key) + key.length;
  if (at < key.length || bytes.readUInt32LE(at) !== 4) throw new Error(`The sample has no number ${key}.`);
  bytes.writeUInt32LE(value, at + 4);
}
