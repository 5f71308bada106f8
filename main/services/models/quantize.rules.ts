import { basename } from 'node:path';
import type { Quantization, QuantizationType, QuantizeSettings } from '../../../preload/contract/quantize.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';

/** File types that hold what a model was trained or published in; quantizing from anything else loses twice. */
const originals = new Set(['F32', 'F16', 'BF16']);

export function isOriginal(quantization: string): boolean {
  return originals.has(quantization);
}

/** Whether something must be tried before it is begun: small types mix in such as need an importance matrix, and so may a person. */
export function needsDryRun(
  type: QuantizationType,
  { tensorTypes, outputType, embeddingType }: Pick<QuantizeSettings, 'tensorTypes' | 'outputType' | 'embeddingType'>,
): boolean {
  return /^(IQ|Q2_K)/.test(type) || tensorTypes.length > 0 || (outputType ?? embeddingType) !== undefined;
}

/** `model-F16.gguf` and `model-00001-of-00003.gguf` become `model-Q4_K_M.gguf`. */
export function quantizedName(path: string, type: QuantizationType): string {
  const stem = basename(path.replaceAll('\\', '/'))
    .replace(/\.gguf$/i, '')
    .replace(/-\d{5}-of-\d{5}$/, '')
    .replace(/[-._](f16|bf16|f32|i?q\d[a-z0-9_]*|tq\d_\d|mxfp4(_moe)?)$/i, '');
  return `${stem}-${type}.gguf`;
}

/**
 * Main memory while quantizing, at most: the largest tensor in single precision, as it is read and as it is written, and what the
 * process takes. An importance matrix before it has rows of logits. The files themselves are mapped and need not stay in memory.
 */
export function quantizeMemoryBytes({ header, feedForwardLength }: HeaderFacts, withImatrix: boolean): number {
  const widest = Math.max(header.vocabularySize, feedForwardLength, header.embeddingLength);
  const tensor = widest * header.embeddingLength * (4 + 4 + 4);
  return Math.max(tensor, withImatrix ? imatrixRows * header.vocabularySize * 4 : 0) + processBytes;
}

/** Rows of logits that llama.cpp sets aside while a matrix is measured. */
const imatrixRows = 512;
const processBytes = 192 * 2 ** 20;

export interface QuantizeTime {
  seconds: number;
  /** Nothing was quantized to this type on this machine before: the time comes from `bytesPerSecond`. */
  isFirstGuess: boolean;
}

/**
 * Bytes of a source that one thread quantizes in a second, rounded down: `llama-quantize` of an F16 model of 104 MB on one core of an
 * x86-64 server took 0.3 s to Q8_0, 0.6 s to Q4_0, 1.7 to 2.9 s to the K types, 7.6 s to IQ4_XS and 13.3 s to IQ3_S.
 */
const bytesPerSecond: readonly [types: RegExp, bytes: number][] = [
  [/^(F32|F16|BF16|Q8_0)$/, 300e6],
  [/^Q\d_[01]$|^MXFP4/, 120e6],
  [/^T?Q\d/, 30e6],
  [/^IQ4/, 12e6],
  [/./, 6e6],
];

/**
 * From what this machine took before by the same type, for each byte of the source. Else a guess from how long types take beside each
 * other, by what it took of others where there is any.
 */
export function quantizeSeconds(
  past: readonly Pick<Quantization, 'type' | 'seconds'>[],
  sourceBytesOf: (one: Pick<Quantization, 'type' | 'seconds'>) => number,
  type: QuantizationType,
  sourceBytes: number,
  threads: number,
): QuantizeTime {
  const known = past.filter((one) => sourceBytesOf(one) > 0);
  const alike = known.filter((one) => one.type === type);
  const took = (some: typeof known) => some.reduce((sum, one) => sum + one.seconds, 0);
  if (alike.length > 0) {
    const bytes = alike.reduce((sum, one) => sum + sourceBytesOf(one), 0);
    return { seconds: (took(alike) / bytes) * sourceBytes, isFirstGuess: false };
  }
  const onOneThread = (of: QuantizationType, bytes: number) =>
    bytes / (bytesPerSecond.find(([types]) => types.test(of))?.[1] ?? 1);
  const expected = known.reduce((sum, one) => sum + onOneThread(one.type, sourceBytesOf(one)), 0);
  const pace = expected > 0 ? took(known) / expected : 1 / Math.max(1, threads);
  return { seconds: guessed(onOneThread(type, sourceBytes) * pace), isFirstGuess: true };
}

/** To one digit, and no less than a second. */
const guessed = (seconds: number) => Math.max(1, Number(seconds.toPrecision(1)));

/**
 * A first guess: two operations for each weight and token, at a pace rounded down. On one core of an x86-64 server, models of 3.5 to 52
 * million weights were read at 34 to 49 thousand million of these a second; a token had 3.0 to 4.8 characters.
 */
export function imatrixSeconds(
  parameters: number,
  { text, characters = text.length }: NonNullable<QuantizeSettings['imatrixText']>,
  threads: number,
): number {
  return guessed((2 * parameters * (characters / charactersOfToken)) / (operationsPerSecond * Math.max(1, threads)));
}

const charactersOfToken = 4;
const operationsPerSecond = 30e9;
