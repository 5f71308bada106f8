import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { HeaderFacts } from '../protocol.ts';
import { checkHeader } from './checkHeader.ts';
import { type GgufHeader, readGgufHeader } from './ggufHeader.ts';
import { BadGguf, GgufReader } from './ggufReader.ts';
import { clipped } from './quoted.ts';
import { fileTypes, tensorTypes } from './tensorTypes.ts';

/** Characters of a name, an author, a licence that are kept; a hostile header holds up to a mebibyte of each. */
const mostText = 200;
/** Characters of a chat template that are kept; those of real models have some thousands. The engine reads the whole one itself. */
const mostTemplate = 4096;

/** Reads and checks the header of a GGUF file. Throws a fault that says what is wrong with the file. */
export function inspect(path: string): HeaderFacts {
  const reader = open(path);
  try {
    const header = readGgufHeader(reader);
    const tensorBytes = checkHeader(header, path, reader.fileBytes);
    return factsOf(header, tensorBytes, reader.fileBytes);
  } catch (thrown) {
    if (thrown instanceof BadGguf) throw unreadable(path, reader.fileBytes, thrown);
    throw thrown;
  } finally {
    reader.close();
  }
}

function open(path: string): GgufReader {
  try {
    return new GgufReader(path);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new Fault(
        'MODEL_NOT_FOUND',
        `There is no file at ${path}. It may have been moved or deleted, or its drive is not connected.`,
        { facts: { path }, cause: thrown },
      );
    }
    throw new Fault(
      'MODEL_UNREADABLE',
      `${path} cannot be opened (${code}). Check that it is a file and that you may read it.`,
      { facts: { path }, cause: thrown },
    );
  }
}

function unreadable(path: string, bytes: number, cause: BadGguf): Fault {
  const message =
    bytes === 0
      ? `${basename(path)} is empty. Download or copy the file anew.`
      : `${basename(path)} is not a GGUF file that can be read: ${cause.message}. Download or copy the file anew; other formats need converting to GGUF first.`;
  return new Fault('MODEL_UNREADABLE', message, { facts: { path }, cause });
}

function factsOf(header: GgufHeader, tensorBytes: number, fileBytes: number): HeaderFacts {
  const { values, lists, tensors } = header;
  const text = (key: string) => {
    const value = values.get(key);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const short = (key: string) => {
    const value = text(key);
    return value === null ? null : clipped(value, mostText);
  };
  const template = text('tokenizer.chat_template');
  const architecture = text('general.architecture') ?? '';
  const own = (key: string) => {
    const numbers = lists.get(`${architecture}.${key}`)?.numbers ?? [];
    const value = values.get(`${architecture}.${key}`);
    return typeof value === 'number' ? whole(value) : numbers.length > 0 ? whole(Math.max(...numbers)) : undefined;
  };
  const embeddingLength = own('embedding_length') ?? 0;
  const heads = own('attention.head_count') ?? 0;
  const keyLength = own('attention.key_length') ?? (heads > 0 ? Math.floor(embeddingLength / heads) : 0);
  const parameters = tensors.reduce(
    (sum, tensor) => sum + tensor.shape.reduce((product, size) => product * size, 1),
    0,
  );
  const attention = new Set(tensors.flatMap(({ name }) => /^blk\.(\d+)\.attn_(?:k|qkv|kv)/.exec(name)?.[1] ?? []));
  return {
    header: {
      architecture: clipped(architecture, mostText),
      name: short('general.name'),
      quantization: quantizationOf(header),
      parameters,
      bitsPerWeight: parameters > 0 ? (tensorBytes * 8) / parameters : null,
      contextLength: own('context_length') ?? 0,
      layers: own('block_count') ?? 0,
      embeddingLength,
      vocabularySize: lists.get('tokenizer.ggml.tokens')?.length ?? 0,
      tokenizer: short('tokenizer.ggml.model'),
      chatTemplate: template === null ? null : clipped(template, mostTemplate),
      license: short('general.license'),
      author: short('general.author') ?? short('general.organization'),
    },
    fileBytes,
    tensorBytes,
    heads,
    keyValueHeads: own('attention.head_count_kv') ?? heads,
    keyLength,
    valueLength: own('attention.value_length') ?? keyLength,
    feedForwardLength: own('feed_forward_length') ?? 0,
    attentionLayers: attention.size,
    embeddingOnly: values.get(`${architecture}.pooling_type`) !== undefined,
  };
}

/** A damaged header may hold any number where a count belongs. */
const whole = (value: number) => Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.trunc(value) || 0));

/** By the file's own word; where it has none, by the type that most weights have. */
function quantizationOf({ values, tensors }: GgufHeader): string {
  const said = values.get('general.file_type');
  const known = typeof said === 'number' ? fileTypes[said & 1023] : undefined;
  if (known !== undefined) return known;
  const weights = new Map<string, number>();
  for (const { shape, type } of tensors) {
    const name = tensorTypes[type]?.name ?? 'unknown';
    weights.set(name, (weights.get(name) ?? 0) + shape.reduce((product, size) => product * size, 1));
  }
  return [...weights].sort((one, other) => other[1] - one[1])[0]?.[0] ?? 'unknown';
}
