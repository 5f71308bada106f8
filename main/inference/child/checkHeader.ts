import { basename } from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { GgufHeader } from './ggufHeader.ts';
import { quoted } from './quoted.ts';
import { tensorTypes } from './tensorTypes.ts';

/** Architectures that do not write text token after token. */
const encoders = new Set([
  'bert',
  'eurobert',
  'gemma-embedding',
  'jina-bert-v2',
  'jina-bert-v3',
  'llama-embed',
  'modern-bert',
  'neo-bert',
  'nomic-bert',
  'nomic-bert-moe',
  't5encoder',
]);
const others: Record<string, string> = {
  t5: 'is an encoder and decoder in one',
  dream: 'writes by diffusion',
  llada: 'writes by diffusion',
  'llada-moe': 'writes by diffusion',
  rnd1: 'writes by diffusion',
  clip: 'is the vision part of a model',
  'wavtokenizer-dec': 'makes sound',
};

/** One file of a model: most lie in one. */
export interface ModelPart {
  path: string;
  header: GgufHeader;
  fileBytes: number;
}

/**
 * Refuses what llama.cpp would end the process for, or would answer with nonsense. Returns the bytes of all tensors.
 * What is left to llama.cpp: shapes of tensors, which it compares and refuses in words.
 */
export function checkHeader(header: GgufHeader, parts: readonly ModelPart[], path: string): number {
  const refuse = refuseFor(path);
  if (header.version === 1) {
    throw refuse(
      'MODEL_UNSUPPORTED',
      'is a GGUF of version 1, which llama.cpp no longer reads. Get a newer file of the model, or convert it again.',
    );
  }
  if (header.version > 3) {
    throw refuse(
      'MODEL_UNSUPPORTED',
      `is a GGUF of version ${header.version}; this release reads versions 2 and 3. Update Assay.`,
    );
  }
  const { values, lists, tensors } = header;
  const architecture = values.get('general.architecture');
  if (typeof architecture !== 'string' || architecture === '')
    throw refuse('MODEL_UNREADABLE', 'does not say which architecture it is of. Get the file anew.');
  if (encoders.has(architecture)) {
    throw refuse(
      'MODEL_UNSUPPORTED',
      `holds a model of the kind ${architecture}, which makes embeddings and writes no text. Choose a model that generates.`,
    );
  }
  const other = Object.hasOwn(others, architecture) ? others[architecture] : undefined;
  if (other !== undefined)
    throw refuse(
      'MODEL_UNSUPPORTED',
      `holds a model of the kind ${architecture}, which ${other}; Assay does not run such models.`,
    );
  if (tensors.length === 0)
    throw refuse('MODEL_UNSUPPORTED', 'holds a vocabulary and no weights. Choose the file with the weights.');

  const bytes = parts.reduce((sum, part) => sum + tensorBytes(part, refuseFor(part.path)), 0);
  checkLayers(header, architecture, refuse);
  checkVocabulary(header, refuse);
  for (const list of ['tokenizer.ggml.scores', 'tokenizer.ggml.token_type']) {
    const length = lists.get(list)?.length;
    if (length !== undefined && length !== lists.get('tokenizer.ggml.tokens')?.length) {
      throw refuse(
        'MODEL_UNREADABLE',
        `is damaged: ${list} has ${length} items, which is not the size of its vocabulary. Get the file anew.`,
      );
    }
  }
  return bytes;
}

const refuseFor =
  (path: string): Refuse =>
  (code, sentence) =>
    new Fault(code, `${basename(path)} ${sentence}`, { facts: { path } });

type Refuse = (code: 'MODEL_UNREADABLE' | 'MODEL_UNSUPPORTED', sentence: string) => Fault;

function tensorBytes({ header, fileBytes }: ModelPart, refuse: Refuse): number {
  let sum = 0;
  for (const { name, shape, type, offset } of header.tensors) {
    const kind = tensorTypes[type];
    if (kind === undefined) {
      throw refuse(
        'MODEL_UNSUPPORTED',
        `stores the tensor ${quoted(name)} in the format ${type}, which this release does not know. Update Assay, or get another quantization.`,
      );
    }
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = (count / kind.block) * kind.bytes;
    const end = header.dataStart + offset + bytes;
    if (!(end <= fileBytes)) {
      throw refuse(
        'MODEL_UNREADABLE',
        `is cut off: the tensor ${quoted(name)} ends at byte ${Math.ceil(end)} and the file has ${fileBytes}. Download or copy the file anew.`,
      );
    }
    sum += bytes;
  }
  return sum;
}

function checkLayers({ values, tensors }: GgufHeader, architecture: string, refuse: Refuse): void {
  const layers = values.get(`${architecture}.block_count`);
  if (typeof layers !== 'number' || layers < 1)
    throw refuse('MODEL_UNREADABLE', 'does not say how many layers it has. Get the file anew.');
  let held = 0;
  for (const { name } of tensors) held = Math.max(held, Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1) + 1);
  if (held > 0 && layers > held) {
    throw refuse(
      'MODEL_UNREADABLE',
      `is damaged: it says that it has ${layers} layers and holds ${held}. Get the file anew.`,
    );
  }
  for (const key of ['layer_norm_rms_epsilon', 'layer_norm_epsilon']) {
    const epsilon = values.get(`${architecture}.attention.${key}`);
    // llama.cpp ends the process when it divides by the root of less than nothing.
    if (typeof epsilon === 'number' && !(epsilon >= 0))
      throw refuse('MODEL_UNREADABLE', `is damaged: its ${key} is ${epsilon}. Get the file anew.`);
  }
  const [experts, used] = ['expert_count', 'expert_used_count'].map((key) => values.get(`${architecture}.${key}`));
  if (typeof experts === 'number' && typeof used === 'number' && experts > 0 && used > experts)
    throw refuse('MODEL_UNREADABLE', `is damaged: it uses ${used} of ${experts} experts. Get the file anew.`);
  if (!tensors.some(({ name }) => /\.attn_(q|qkv|k)\./.test(name))) return;
  for (const [key, word] of [
    ['head_count', 'attention heads'],
    ['head_count_kv', 'key-value heads'],
  ]) {
    if (values.get(`${architecture}.attention.${key}`) === 0) {
      throw refuse('MODEL_UNREADABLE', `is damaged: it says that it has 0 ${word}. Get the file anew.`);
    }
  }
}

function checkVocabulary({ values, lists, lineBreakToken }: GgufHeader, refuse: Refuse): void {
  const size = lists.get('tokenizer.ggml.tokens')?.length ?? 0;
  if (size === 0)
    throw refuse(
      'MODEL_UNSUPPORTED',
      'has no vocabulary, so that no text can be given to it. Convert the model again, with its tokenizer.',
    );
  if (values.get('tokenizer.ggml.model') === 'llama' && !lineBreakToken) {
    throw refuse(
      'MODEL_UNSUPPORTED',
      'has a SentencePiece vocabulary without byte tokens, which llama.cpp cannot use. Convert the model again, with byte fallback.',
    );
  }
  for (const key of ['bos', 'eos', 'unknown']) {
    const token = values.get(`tokenizer.ggml.${key}_token_id`);
    if (typeof token === 'number' && token >= size && token < 4_294_967_295) {
      throw refuse(
        'MODEL_UNREADABLE',
        `is damaged: its ${key} token is number ${token} of a vocabulary of ${size}. Get the file anew.`,
      );
    }
  }
}
