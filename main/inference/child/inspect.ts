import { basename } from 'node:path';
import { Fault, toErrorData } from '../../base/fault.ts';
import { allParts, partOf } from '../../base/ggufParts.ts';
import type { HeaderFacts, Inspection } from '../protocol.ts';
import { checkHeader, type ModelPart } from './checkHeader.ts';
import { type GgufHeader, type HeaderOptions, readGgufHeader } from './ggufHeader.ts';
import { BadGguf, GgufReader } from './ggufReader.ts';
import { identityOf } from './identity.ts';
import { clipped } from './quoted.ts';
import { fileTypes, tensorTypes } from './tensorTypes.ts';

/** Characters of a name, an author, a licence that are kept; a hostile header holds up to a mebibyte of each. */
const mostText = 200;
/** Characters of a chat template that are kept; those of real models have some thousands. The engine reads the whole one itself. */
const mostTemplate = 4096;

/** Reads and checks the header of a GGUF file, of all parts of one that was split. Throws a fault that says what is wrong with it. */
export function inspect(path: string): HeaderFacts {
  const parts = readParts(path);
  const header = wholeOf(parts);
  const tensorBytes = checkHeader(header, parts, path);
  return factsOf(
    header,
    tensorBytes,
    parts.reduce((sum, { fileBytes }) => sum + fileBytes, 0),
    parts.length,
  );
}

/** Each for itself: the answer has what is wrong with a file in the place of its facts. */
export function inspectMany(paths: readonly string[]): Inspection[] {
  return paths.map((path) => {
    try {
      return { facts: inspect(path) };
    } catch (thrown) {
      return { error: toErrorData(thrown) };
    }
  });
}

/** The header of the file and, when it is the first part of a model that was split, of the other parts. */
export function readParts(path: string, options?: HeaderOptions): ModelPart[] {
  const first = readPart(path, options);
  const count = first.header.values.get('split.count');
  if (typeof count !== 'number' || count <= 1) return [first];
  const name = partOf(path);
  const refuse = (sentence: string) =>
    new Fault(
      'MODEL_UNSUPPORTED',
      `${basename(path)} is one part of a model that was split into ${count} files${sentence}`,
      {
        facts: { path },
      },
    );
  if (name === null || name.count !== count)
    throw refuse(
      ', and its name does not say which (it would end in -00001-of-…). Merge them first with llama-gguf-split --merge, or give them their names back.',
    );
  const all = allParts(path);
  if (name.part !== 1) throw refuse(`. Choose the first one, ${basename(all[0] ?? '')}.`);
  return [first, ...all.slice(1).map((part, index) => readFurtherPart(part, index + 2, count, path))];
}

function readFurtherPart(path: string, number: number, count: number, first: string): ModelPart {
  try {
    const part = readPart(path);
    if (part.header.values.get('split.no') === number - 1) return part;
  } catch (thrown) {
    const why =
      thrown instanceof Fault && thrown.code === 'MODEL_NOT_FOUND'
        ? 'is missing'
        : `cannot be read: ${toErrorData(thrown).message}`;
    throw new Fault(
      'MODEL_UNREADABLE',
      `Part ${number} of ${count} of ${basename(first)} ${why.replace(/\.$/, '')}. All parts must lie in one folder under the names they were given.`,
      { facts: { path }, cause: thrown },
    );
  }
  throw new Fault(
    'MODEL_UNREADABLE',
    `${basename(path)} is not part ${number} of the model that ${basename(first)} begins. Get the parts anew.`,
    { facts: { path } },
  );
}

function readPart(path: string, options?: HeaderOptions): ModelPart {
  const reader = open(path);
  try {
    return { path, header: readGgufHeader(reader, options), fileBytes: reader.fileBytes };
  } catch (thrown) {
    if (thrown instanceof BadGguf) throw unreadable(path, reader.fileBytes, thrown);
    throw thrown;
  } finally {
    reader.close();
  }
}

/** What the first file says, with the tensors of all. */
export function wholeOf(parts: readonly ModelPart[]): GgufHeader {
  const [first] = parts;
  if (first === undefined) throw new Error('A model has at least one file.');
  return parts.length === 1
    ? first.header
    : { ...first.header, tensors: parts.flatMap(({ header }) => header.tensors) };
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

function factsOf(header: GgufHeader, tensorBytes: number, fileBytes: number, parts: number): HeaderFacts {
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
    identity: identityOf(header, parts),
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
