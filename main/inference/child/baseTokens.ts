import { basename } from 'node:path';
import type { Addon } from '../../../native/addon/types.d.ts';
import { Fault } from '../../base/fault.ts';
import type { OpenVocabulary } from './labInput.ts';

/** Tokens that are looked at; more would tell nothing new. */
const mostTokens = 4096;
/** Of those, the share that must come out again: a text that is cut at its ends loses a few, another tokenizer nearly all. */
const leastShare = 0.95;

/**
 * Whether the tokens of a base file are this model's: what they spell is cut into tokens anew. The number of tokens alone says little, for
 * many tokenizers have as many. BAD_INPUT with the first place that differs; a note where some do.
 */
export function notesOnTokens(addon: Addon, vocabulary: OpenVocabulary, path: string, all: Int32Array): string[] {
  const first = all[0] === vocabulary.bos ? 1 : 0;
  const own = all.subarray(first, first + mostTokens);
  const spelled = placesOf(addon, vocabulary, own);
  const again = placesOf(
    addon,
    vocabulary,
    addon.tokenizeNow(vocabulary.handle, spelled.bytes.toString('utf8'), false, false),
  );
  // Some tokenizers put a space before a text.
  const shift = again.bytes.length - spelled.bytes.length;
  const known = new Set(again.tokens.map(({ id, at }) => `${id} ${at - shift}`));
  const differing = spelled.tokens.filter(({ id, at }) => !known.has(`${id} ${at}`));
  const share = 1 - differing.length / Math.max(1, own.length);
  if (share === 1) return [];
  const shown = `${(100 * share).toFixed(1)} %`;
  if (share >= leastShare)
    return [`Of the tokens of ${basename(path)}, ${shown} are those that this model's tokenizer makes of their text.`];
  const [place] = differing;
  const at = place?.at ?? 0;
  const difference = `its tokens are of another tokenizer: only ${shown} come out again, the first that does not is ${JSON.stringify(spelled.bytes.toString('utf8', at, at + 24))}`;
  throw new Fault(
    'BAD_INPUT',
    `${basename(vocabulary.path)} cannot be compared with the base file ${basename(path)}: ${difference}. Take the base file of a model with this tokenizer.`,
    { facts: { model: vocabulary.path, difference } },
  );
}

/** Tokens with the byte at which each begins, and what they spell. */
function placesOf(
  addon: Addon,
  { handle }: OpenVocabulary,
  tokens: Int32Array,
): { bytes: Buffer; tokens: { id: number; at: number }[] } {
  const pieces = addon.pieces(handle, tokens);
  let at = 0;
  const placed = Array.from(tokens, (id, index) => {
    const begin = at;
    at += pieces[index]?.length ?? 0;
    return { id, at: begin };
  });
  return { bytes: Buffer.concat(pieces), tokens: placed };
}
