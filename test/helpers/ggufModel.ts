import { truncateSync, writeFileSync } from 'node:fs';
import { type GgufParts, type GgufTensor, type GgufValue, ggufBytes } from './ggufFile.ts';

export interface RandomLlama {
  dim?: number;
  layers?: number;
  heads?: number;
  keyValueHeads?: number;
  feedForward?: number;
  context?: number;
  /** At least 512. */
  vocabulary?: number;
  seed?: number;
  /** Standard deviation of the logits: higher is more certain. */
  peak?: number;
  type?: 'F32' | 'F16';
  name?: string;
  /** Null leaves the template out, as an embedding model does. */
  chatTemplate?: string | null;
  /** The end token has always the logit 0, which among the others is next to never. */
  endless?: boolean;
  /** The matrix of the embedding is that of the logits too, as in many small models. */
  tied?: boolean;
  /** Pieces besides the bytes, first in the vocabulary after them. */
  pieces?: string[];
}

const endToken = 2;

export const testTemplate =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

/** The parts of a small llama model with random weights and a byte-fallback SentencePiece vocabulary. */
export function randomLlama(options: RandomLlama = {}): GgufParts {
  const {
    dim = 64,
    layers = 2,
    heads = 4,
    keyValueHeads = 2,
    feedForward = 128,
    context = 1024,
    vocabulary = 512,
  } = options;
  const {
    seed = 1,
    peak = 4,
    type = 'F32',
    name = 'random llama',
    chatTemplate = testTemplate,
    endless = false,
    tied = false,
  } = options;
  const normal = gaussian(seed);
  const head = dim / heads;
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: 'llama' }],
    ['general.name', { type: 'string', value: name }],
    ['general.file_type', { type: 'u32', value: type === 'F32' ? 0 : 1 }],
    ['general.license', { type: 'string', value: 'cc0-1.0' }],
    ['llama.context_length', { type: 'u32', value: context }],
    ['llama.embedding_length', { type: 'u32', value: dim }],
    ['llama.block_count', { type: 'u32', value: layers }],
    ['llama.feed_forward_length', { type: 'u32', value: feedForward }],
    ['llama.attention.head_count', { type: 'u32', value: heads }],
    ['llama.attention.head_count_kv', { type: 'u32', value: keyValueHeads }],
    ['llama.attention.layer_norm_rms_epsilon', { type: 'f32', value: 1e-5 }],
    ['llama.rope.dimension_count', { type: 'u32', value: head }],
    ['llama.vocab_size', { type: 'u32', value: vocabulary }],
    ...vocabularyOf(vocabulary, options.pieces ?? []),
  ]);
  if (chatTemplate !== null) metadata.set('tokenizer.chat_template', { type: 'string', value: chatTemplate });

  const matrix = (tensor: string, columns: number, rows: number, scale = columns ** -0.5): GgufTensor => ({
    name: tensor,
    shape: [columns, rows],
    type,
    data: Float32Array.from({ length: columns * rows }, () => normal() * scale),
  });
  const ones = (tensor: string): GgufTensor => ({
    name: tensor,
    shape: [dim],
    type: 'F32',
    data: new Float32Array(dim).fill(1),
  });
  const tensors = [matrix('token_embd.weight', dim, vocabulary, 1)];
  for (let layer = 0; layer < layers; layer++) {
    const block = `blk.${layer}.`;
    tensors.push(ones(`${block}attn_norm.weight`), matrix(`${block}attn_q.weight`, dim, dim));
    tensors.push(
      matrix(`${block}attn_k.weight`, dim, head * keyValueHeads),
      matrix(`${block}attn_v.weight`, dim, head * keyValueHeads),
    );
    tensors.push(matrix(`${block}attn_output.weight`, dim, dim), ones(`${block}ffn_norm.weight`));
    tensors.push(
      matrix(`${block}ffn_gate.weight`, dim, feedForward),
      matrix(`${block}ffn_up.weight`, dim, feedForward),
    );
    tensors.push(matrix(`${block}ffn_down.weight`, feedForward, dim));
  }
  const output = matrix('output.weight', dim, vocabulary, peak / dim ** 0.5);
  if (endless) output.data.fill(0, endToken * dim, (endToken + 1) * dim);
  tensors.push(ones('output_norm.weight'), ...(tied ? [] : [output]));
  return { version: 3, metadata, tensors };
}

export function writeModel(path: string, parts: GgufParts): string {
  writeFileSync(path, ggufBytes(parts));
  return path;
}

/** A model of some terabytes by its header, of a few blocks on the disk: its last tensor is a hole in the file. */
export function writeEnormousModel(path: string, options: RandomLlama = {}): string {
  const parts = randomLlama({ dim: 256, layers: 1, type: 'F16', ...options });
  const shape = [1024, 2 ** 31];
  parts.tensors.push({ name: 'blk.0.ffn_up_exps.weight', shape, type: 'F16', data: new Float32Array(0) });
  const bytes = ggufBytes(parts);
  writeFileSync(path, bytes);
  truncateSync(path, bytes.length + 2 * 1024 * 2 ** 31);
  return path;
}

function vocabularyOf(size: number, extra: string[]): [string, GgufValue][] {
  const control = ['<unk>', '<s>', '<|end|>', '<|system|>', '<|user|>', '<|assistant|>'];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const words = new Set([...extra, '▁', ...'abcdefghijklmnopqrstuvwxyz.,!?{}":0123456789']);
  const letters = 'etaoinshrdlucmfwypvbgkjqxz';
  for (let index = 0; words.size < size - control.length - bytes.length; index++) {
    let word = '';
    for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1) word += letters[rest % 26];
    words.add(index % 2 === 0 ? `▁${word}` : word);
  }
  const tokens = [...control, ...bytes, ...words].slice(0, size);
  return [
    ['tokenizer.ggml.model', { type: 'string', value: 'llama' }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.scores', { type: 'f32s', value: tokens.map((_, index) => -index) }],
    [
      'tokenizer.ggml.token_type',
      {
        type: 'i32s',
        value: tokens.map((_, index) =>
          index === 0 ? 2 : index < control.length ? 3 : index < control.length + 256 ? 6 : 1,
        ),
      },
    ],
    ['tokenizer.ggml.bos_token_id', { type: 'u32', value: 1 }],
    ['tokenizer.ggml.eos_token_id', { type: 'u32', value: endToken }],
    ['tokenizer.ggml.unknown_token_id', { type: 'u32', value: 0 }],
    ['tokenizer.ggml.add_bos_token', { type: 'bool', value: true }],
    ['tokenizer.ggml.add_space_prefix', { type: 'bool', value: false }],
  ];
}

/** Normal numbers from a seed: mulberry32 and Box-Muller. */
function gaussian(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
