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
 * process takes. The files themselves are mapped and need not stay in memory.
 */
export function quantizeMemoryBytes({ header, feedForwardLength }: HeaderFacts): number {
  const widest = Math.max(header.vocabularySize, feedForwardLength, header.embeddingLength);
  return widest * header.embeddingLength * (4 + 4 + 4) + processBytes;
}

const processBytes = 192 * 2 ** 20;

/** From what this machine took before: by the same type, else by any, for each byte of the source. Null: it never quantized. */
export function quantizeSeconds(
  past: readonly Pick<Quantization, 'type' | 'seconds'>[],
  sourceBytesOf: (one: Pick<Quantization, 'type' | 'seconds'>) => number,
  type: QuantizationType,
  sourceBytes: number,
): number | null {
  const alike = past.filter((one) => one.type === type);
  const used = (alike.length > 0 ? alike : past).filter((one) => sourceBytesOf(one) > 0);
  if (used.length === 0) return null;
  const seconds = used.reduce((sum, one) => sum + one.seconds, 0);
  return (seconds / used.reduce((sum, one) => sum + sourceBytesOf(one), 0)) * sourceBytes;
}
