import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { inspect, readParts, wholeOf } from './inspect.ts';
import type { LabDesk } from './lab.ts';
import type { OpenVocabulary, PreparedInput } from './labInput.ts';
import { quoted } from './quoted.ts';

/** After a look at the header of our own: llama.cpp ends the process on some that are damaged. */
export async function openVocabulary(path: string, desk: LabDesk): Promise<OpenVocabulary> {
  inspect(path);
  const { handle, size, bos } = await desk.lab.addon.openVocabulary(path);
  return { path, handle, size, bos };
}

/** BAD_INPUT with facts `{ model, difference }` when a text may become other tokens in the candidate. */
export async function requireSameVocabulary(
  reference: OpenVocabulary,
  candidate: OpenVocabulary,
  desk: LabDesk,
): Promise<void> {
  const difference =
    (await desk.lab.addon.difference(reference.handle, candidate.handle)) ||
    mergesDifference(reference.path, candidate.path);
  if (difference !== '') throw different(reference, candidate, difference);
}

/**
 * BAD_INPUT as above when the very input that is measured becomes other tokens in the candidate: what no list of a header shows, as how
 * a text is cut into words before it is merged.
 */
export function requireSameTokens(
  { lab }: LabDesk,
  [reference, own]: readonly [OpenVocabulary, PreparedInput],
  [candidate, other]: readonly [OpenVocabulary, PreparedInput],
): void {
  const tokensOf = ({ chunks }: PreparedInput) => chunks.flatMap(({ tokens }) => [...tokens]);
  const left = tokensOf(own);
  const right = tokensOf(other);
  const at = left.findIndex((token, index) => token !== right[index]);
  if (at < 0 && left.length === right.length) return;
  const place = at < 0 ? left.length : at;
  const shown = (vocabulary: OpenVocabulary, token: number | undefined) =>
    token === undefined ? 'no more' : quoted(pieceText(lab.addon.pieces(vocabulary.handle, Int32Array.of(token))[0]));
  throw different(
    reference,
    candidate,
    `the text becomes other tokens, from token ${place + 1} on (${shown(reference, left[place])} in the reference and ${shown(candidate, right[place])} in the candidate)`,
  );
}

const different = (reference: OpenVocabulary, candidate: OpenVocabulary, difference: string) =>
  new Fault(
    'BAD_INPUT',
    `${basename(candidate.path)} cannot be compared with ${basename(reference.path)}: ${difference}${cuttingDifference(reference.path, candidate.path)}. Compare files of the same model.`,
    { facts: { model: candidate.path, difference } },
  );

/** How texts are cut into words before these are merged, as the rest of a sentence; empty where both files say the same. */
function cuttingDifference(reference: string, candidate: string): string {
  const [one, other] = [reference, candidate].map((path) => {
    const name = wholeOf(readParts(path)).values.get('tokenizer.ggml.pre');
    return typeof name === 'string' ? `as ${quoted(name)}` : 'as it is usual';
  });
  return one === other ? '' : `; a text is cut into words ${one} in the reference and ${other} in the candidate`;
}

const merges = 'tokenizer.ggml.merges';

/** llama.cpp has no function that tells them. In words; empty when they are the same. */
function mergesDifference(reference: string, candidate: string): string {
  const hashOf = (path: string) => wholeOf(readParts(path)).hashes.get(merges);
  if (hashOf(reference) === hashOf(candidate)) return '';
  const listOf = (path: string) =>
    wholeOf(readParts(path, { texts: Number.POSITIVE_INFINITY })).lists.get(merges)?.texts ?? [];
  const [left, right] = [listOf(reference), listOf(candidate)];
  const at = left.findIndex((merge, index) => merge !== right[index]);
  const place = at < 0 ? left.length : at;
  const shown = (merge: string | undefined) => (merge === undefined ? 'missing' : quoted(merge));
  return `merge ${place + 1} is ${shown(left[place])} in the reference and ${shown(right[place])} in the candidate`;
}

/** A part of a character shows as its bytes. */
export function pieceText(bytes: Buffer | undefined): string {
  if (bytes === undefined) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not an error: byte tokens and cut characters are what they are.
    return [...bytes].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`).join('');
  }
}
