import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Addon, BaseReaderHandle, VocabularyHandle } from '../../../native/addon/types.d.ts';
import { Fault } from '../../base/fault.ts';
import type { LabInput } from '../protocolLab.ts';
import { notesOnTokens } from './baseTokens.ts';
import { conversationTokens } from './labChats.ts';

/** A tokenizer that was opened, of the reference or of what stands for it. */
export interface OpenVocabulary {
  path: string;
  handle: VocabularyHandle;
  size: number;
  bos: number | null;
}

export interface LabChunk {
  /** As in the text; a model sees the beginning-of-text token in the place of the first. */
  tokens: Int32Array<ArrayBuffer>;
  /** Positions of the scored tokens, ascending, at least 1. */
  targets: Int32Array<ArrayBuffer>;
  /** What a sentence calls it. Default: its place, from 1. */
  item?: number;
}

export interface PreparedInput {
  chunks: LabChunk[];
  /** The most tokens of a chunk. */
  context: number;
  /** All chunks have `context` tokens and their second half is scored. */
  uniform: boolean;
  tokens: number;
  /** Fewer are refused. */
  tokensNeeded: number;
  base?: BaseReaderHandle;
  /** Complete sentences. */
  notes?: string[];
}

/**
 * Makes chunks of an input. BAD_INPUT: too few tokens, with facts `{ tokens, needed }`, or nothing to score. `most`: so many are asked
 * for; of conversations there are no more then.
 */
export async function prepareInput(
  addon: Addon,
  vocabulary: OpenVocabulary,
  input: LabInput,
  context: number,
  most = Number.POSITIVE_INFINITY,
): Promise<PreparedInput> {
  switch (input.kind) {
    case 'text':
      return cutText(await addon.tokenize(vocabulary.handle, input.text, true, false), context, 'The text');
    case 'file': {
      const text = await readText(input.path);
      return cutText(await addon.tokenize(vocabulary.handle, text, true, false), context, basename(input.path));
    }
    case 'base': {
      requireRegular(input.path);
      const base = await addon.openBase(input.path);
      if (base.vocabulary !== vocabulary.size) throw otherVocabulary(input.path, base.vocabulary, vocabulary);
      const notes = notesOnTokens(addon, vocabulary, input.path, base.tokens);
      const chunks = Array.from({ length: base.chunks }, (_, index) =>
        uniformChunk(Int32Array.from(base.tokens.subarray(index * base.context, (index + 1) * base.context))),
      );
      const tokens = base.tokens.length;
      return { chunks, context: base.context, uniform: true, tokens, tokensNeeded: tokens, base: base.handle, notes };
    }
    case 'chats': {
      const { chunks, notes } = await conversationTokens(addon, vocabulary, input.chats);
      const prepared = gathered(chunks, context, most);
      return { ...prepared, notes: [...notes, ...(prepared.notes ?? [])] };
    }
    case 'segments':
      return gathered(
        input.sequences.map((segments) => segmentTokens(addon, vocabulary, segments)),
        context,
        most,
      );
  }
}

function cutText(tokens: Int32Array<ArrayBuffer>, context: number, name: string): PreparedInput {
  const needed = 2 * context;
  if (tokens.length < needed) {
    throw new Fault(
      'BAD_INPUT',
      `${name} is too short: it has ${tokens.length} tokens of this model, and chunks of ${context} tokens need at least ${needed}. Take a longer text or a smaller context.`,
      { facts: { tokens: tokens.length, needed } },
    );
  }
  const chunks = Array.from({ length: Math.floor(tokens.length / context) }, (_, index) =>
    uniformChunk(tokens.slice(index * context, (index + 1) * context)),
  );
  return { chunks, context, uniform: true, tokens: tokens.length, tokensNeeded: needed };
}

/** Of llama-perplexity: positions context/2 to context − 2 predict the token after them. */
function uniformChunk(tokens: Int32Array<ArrayBuffer>): LabChunk {
  const first = Math.floor(tokens.length / 2);
  return { tokens, targets: Int32Array.from({ length: tokens.length - 1 - first }, (_, index) => first + 1 + index) };
}

/** Of those that fit into the context and have something to score, as many as are asked for. */
function gathered(all: LabChunk[], context: number, most: number): PreparedInput {
  const chunks: LabChunk[] = [];
  const long: { item: number; length: number }[] = [];
  for (const [index, chunk] of all.entries()) {
    if (chunks.length === most) break;
    if (chunk.targets.length === 0) continue;
    if (chunk.tokens.length <= context) chunks.push(chunk);
    else long.push({ item: chunk.item ?? index + 1, length: chunk.tokens.length });
  }
  if (chunks.length === 0) throw nothingFits(long, context);
  const longest = Math.max(...chunks.map(({ tokens }) => tokens.length));
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens.length, 0);
  const notes = long.length === 0 ? [] : [leftOut(long, chunks.length, context)];
  return { chunks, context: longest, uniform: false, tokens, tokensNeeded: 2, notes };
}

const mostNamed = 5;

function leftOut(long: { item: number; length: number }[], kept: number, context: number): string {
  const named = long.slice(0, mostNamed).map(({ item }) => item);
  const more = long.length - named.length;
  const items = `${long.length === 1 ? 'item' : 'items'} ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const room = Math.max(...long.map(({ length }) => length));
  return `${long.length} of ${long.length + kept} items ${long.length === 1 ? 'was' : 'were'} left out, longer than the context of ${context} tokens: ${items}. With a context of ${room} none is.`;
}

function nothingFits(long: { item: number; length: number }[], context: number): Fault {
  if (long.length === 0)
    return new Fault('BAD_INPUT', 'There is nothing to score: no item has an answer.', {
      facts: { tokens: 0, needed: 1 },
    });
  const shortest = long.reduce((one, other) => (other.length < one.length ? other : one));
  return new Fault(
    'BAD_INPUT',
    `No item fits into the context of ${context} tokens: the shortest, item ${shortest.item}, has ${shortest.length}. Choose a context of ${Math.max(...long.map(({ length }) => length))}, into which all fit.`,
    { facts: { item: shortest.item, tokens: shortest.length } },
  );
}

function segmentTokens(
  addon: Addon,
  vocabulary: OpenVocabulary,
  segments: { text: string; special: boolean; scored: boolean }[],
): LabChunk {
  const tokens: number[] = vocabulary.bos === null ? [] : [vocabulary.bos];
  const targets: number[] = [];
  for (const { text, special, scored } of segments) {
    for (const token of addon.tokenizeNow(vocabulary.handle, text, false, special)) {
      // Control tokens at the very beginning may hold the first one already.
      if (tokens.length === 1 && token === vocabulary.bos && special) continue;
      if (scored && tokens.length > 0) targets.push(tokens.length);
      tokens.push(token);
    }
  }
  return { tokens: Int32Array.from(tokens), targets: Int32Array.from(targets) };
}

/** A pipe would be waited for, and a device has no size. */
function requireRegular(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  throw new Fault('BAD_INPUT', `The base file ${path} is no regular file. Name the file that was written.`);
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    throw new Fault(
      'BAD_INPUT',
      `The text ${path} cannot be read (${code}). Check that it is there and that you may read it.`,
      {
        cause: thrown,
      },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    throw new Fault('BAD_INPUT', `${path} is no text in UTF-8. Convert it, or choose another file.`, { cause: thrown });
  }
}

function otherVocabulary(path: string, size: number, vocabulary: OpenVocabulary): Fault {
  const difference = `the base file is of a model with ${size} tokens, and ${basename(vocabulary.path)} has ${vocabulary.size}`;
  return new Fault('BAD_INPUT', `${basename(path)} cannot stand for the reference: ${difference}.`, {
    facts: { model: vocabulary.path, difference },
  });
}

/** The chunk as a model reads it. */
export function seenBy(chunk: LabChunk, bos: number | null, uniform: boolean): Int32Array {
  if (!uniform || bos === null) return chunk.tokens;
  const tokens = chunk.tokens.slice();
  tokens[0] = bos;
  return tokens;
}
