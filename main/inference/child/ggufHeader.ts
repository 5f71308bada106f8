import { BadGguf, type GgufReader } from './ggufReader.ts';
import { quoted } from './quoted.ts';

export type Scalar = number | string | boolean;

/** An array of the metadata: only its kind and length, and for numbers the values, as far as they are few. */
export interface ListValue {
  type: number;
  length: number;
  /** Numbers of a list with at most 4096 items, else empty. */
  numbers: number[];
  /** The first texts of a list of texts, as many as were asked for. */
  texts: string[];
}

export interface TensorInfo {
  name: string;
  shape: number[];
  type: number;
  offset: number;
}

export interface GgufHeader {
  version: number;
  values: Map<string, Scalar>;
  lists: Map<string, ListValue>;
  /** SHA-256 of what makes up the tokenizer and of chat templates, by key: of a text its bytes, of a list all that is stored of it. */
  hashes: Map<string, string>;
  /** The type of each single value, as GGUF numbers them. */
  types: Map<string, number>;
  tensors: TensorInfo[];
  /** Where tensor data begins. */
  dataStart: number;
  /** The vocabulary has a token for the line break's byte; llama.cpp ends the process when a SentencePiece one has none. */
  lineBreakToken: boolean;
}

const sizes: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const text = 8;
const list = 9;
const mostKept = 4096;
/** Tokens that are kept of a vocabulary, and bytes of each; the largest have a quarter of a million of some bytes. */
const mostTokens = 2_000_000;
const longestToken = 4096;
/** Files of the largest models hold a few thousand, as experts lie together; what says more would only cost memory and time. */
const mostTensors = 100_000;

export interface HeaderOptions {
  /** How many texts of each list to keep. Default: 0. */
  texts?: number;
  /** Keep every token of the vocabulary. Default: no. */
  vocabulary?: boolean;
}

export function readGgufHeader(reader: GgufReader, options: HeaderOptions = {}): GgufHeader {
  if (reader.fileBytes < 4 || reader.take(4).toString('latin1') !== 'GGUF')
    throw new BadGguf('it does not begin with the letters GGUF');
  const version = reader.u32();
  const header: GgufHeader = {
    version,
    values: new Map(),
    lists: new Map(),
    hashes: new Map(),
    types: new Map(),
    tensors: [],
    dataStart: 0,
    lineBreakToken: false,
  };
  if (version === 1 || version > 3) return header;
  if (version === 0) throw new BadGguf('its version is 0');
  const tensorCount = reader.length(reader.u64('the number of tensors'), 24, 'the list of tensors');
  if (tensorCount > mostTensors)
    throw new BadGguf(`it says that it holds ${tensorCount} tensors, and no model has more than ${mostTensors}`);
  const valueCount = reader.length(reader.u64('the number of entries'), 13, 'the list of entries');
  for (let index = 0; index < valueCount; index++) {
    const key = reader.string(`the name of entry ${index}`, 1 << 16);
    readValue(reader, header, key, options);
  }
  for (let index = 0; index < tensorCount; index++) header.tensors.push(readTensor(reader, index));
  const alignment = header.values.get('general.alignment');
  const step = typeof alignment === 'number' && alignment > 0 ? alignment : 32;
  header.dataStart = Math.ceil(reader.position / step) * step;
  return header;
}

function readValue(reader: GgufReader, header: GgufHeader, key: string, options: HeaderOptions): void {
  const type = reader.u32();
  if (type !== list) header.types.set(key, type);
  if (type === text) {
    const keep = isTemplate(key) ? (sha256: string) => header.hashes.set(key, sha256) : undefined;
    header.values.set(key, reader.string(`the value of ${quoted(key)}`, undefined, keep));
  } else if (type === list) {
    const isHashed = key.startsWith('tokenizer.ggml.');
    if (isHashed) reader.beginHash();
    header.lists.set(key, readList(reader, header, key, options));
    if (isHashed) header.hashes.set(key, reader.endHash());
  } else {
    header.values.set(key, readScalar(reader, type, key));
  }
}

/** The template of a model, and those for special uses beside it (`tokenizer.chat_template.tool_use`). */
export const isTemplate = (key: string) => /^tokenizer\.chat_template(\.|$)/.test(key);

function readScalar(reader: GgufReader, type: number, key: string): number | boolean {
  const size = sizes[type];
  if (size === undefined) throw new BadGguf(`the entry ${quoted(key)} is of the unknown type ${type}`);
  const bytes = reader.take(size);
  switch (type) {
    case 1:
      return bytes.readInt8(0);
    case 2:
      return bytes.readUInt16LE(0);
    case 3:
      return bytes.readInt16LE(0);
    case 4:
      return bytes.readUInt32LE(0);
    case 5:
      return bytes.readInt32LE(0);
    case 6:
      return bytes.readFloatLE(0);
    case 7:
      return bytes.readUInt8(0) !== 0;
    case 10:
      return Number(bytes.readBigUInt64LE(0));
    case 11:
      return Number(bytes.readBigInt64LE(0));
    case 12:
      return bytes.readDoubleLE(0);
    default:
      return bytes.readUInt8(0);
  }
}

function readList(reader: GgufReader, header: GgufHeader, key: string, options: HeaderOptions): ListValue {
  const type = reader.u32();
  const count = reader.u64(`the length of ${quoted(key)}`);
  if (type === text) {
    reader.length(count, 8, `the list ${quoted(key)}`);
    const what = `the length of an item of ${quoted(key)}`;
    const isVocabulary = key === 'tokenizer.ggml.tokens';
    const most = isVocabulary && options.vocabulary ? mostTokens : (options.texts ?? 0);
    const texts: string[] = [];
    for (let index = 0; index < count; index++) {
      const length = reader.u64(what);
      if (texts.length < most && length <= longestToken) {
        texts.push(reader.take(reader.length(length, 1, what)).toString('utf8'));
        if (isVocabulary && isLineBreak(texts.at(-1))) header.lineBreakToken = true;
      } else if (isVocabulary && (length === 6 || length === 1)) {
        if (isLineBreak(reader.take(length).toString('latin1'))) header.lineBreakToken = true;
      } else {
        reader.skip(length);
        if (texts.length < most) texts.push('…');
      }
    }
    return { type, length: count, numbers: [], texts };
  }
  const size = sizes[type];
  if (size === undefined) throw new BadGguf(`the list ${quoted(key)} holds items of the unknown type ${type}`);
  reader.length(count, size, `the list ${quoted(key)}`);
  const numbers: number[] = [];
  if (count > mostKept) reader.skip(count * size);
  else for (let index = 0; index < count; index++) numbers.push(Number(readScalar(reader, type, key)));
  return { type, length: count, numbers, texts: [] };
}

const isLineBreak = (token: string | undefined) => token === '<0x0A>' || token === '\n';

function readTensor(reader: GgufReader, index: number): TensorInfo {
  const name = reader.string(`the name of tensor ${index}`, 1 << 16);
  const dimensions = reader.u32();
  if (dimensions < 1 || dimensions > 4)
    throw new BadGguf(`tensor ${index} (${quoted(name)}) has ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, (_, axis) => reader.u64(`size ${axis} of tensor ${quoted(name)}`));
  return { name, shape, type: reader.u32(), offset: reader.u64(`the place of tensor ${quoted(name)}`) };
}
