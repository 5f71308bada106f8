import type { CacheType, DivergenceColumn, DivergenceSettings } from '../../../preload/contract/divergence.ts';
import type { Model } from '../../../preload/contract/models.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import type { StoredColumn } from './divergence.queries.ts';
import { countText } from './shown.rules.ts';

type Measured = DivergenceSettings['candidates'][number];

/** A column before its model was found. */
export function askedColumn({ model, keyType, valueType }: Measured): StoredColumn {
  return {
    reference: model,
    modelId: null,
    file: null,
    name: model.replaceAll('\\', '/').split('/').at(-1) ?? model,
    quantization: 'unknown',
    keyType,
    valueType,
    sizeBytes: null,
    bitsPerWeight: null,
    parameters: null,
    vocabulary: null,
    trainedContext: null,
    memoryBytes: null,
    mark: null,
    notes: [],
    error: null,
  };
}

/** A base file stands where the reference would. */
export function baseColumn(file: string): StoredColumn {
  return { ...askedColumn({ model: file, keyType: 'F16', valueType: 'F16' }), file, quantization: 'base file' };
}

export function foundColumn(asked: StoredColumn, model: Model, memoryBytes: number): StoredColumn {
  return {
    ...asked,
    modelId: model.id,
    file: model.path,
    name: model.name,
    quantization: model.header?.quantization ?? 'unknown',
    sizeBytes: model.sizeBytes,
    bitsPerWeight: model.header?.bitsPerWeight ?? null,
    parameters: model.header?.parameters ?? null,
    vocabulary: model.header?.vocabularySize ?? null,
    trainedContext: model.header?.contextLength ?? null,
    memoryBytes,
    error: null,
  };
}

/** Bytes of one number in a cache of each type; of blocks of 32 their part. */
const cacheBytes: Record<CacheType, number> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  Q8_0: 34 / 32,
  Q5_1: 24 / 32,
  Q5_0: 22 / 32,
  Q4_1: 20 / 32,
  Q4_0: 18 / 32,
  IQ4_NL: 18 / 32,
};

/** How many bytes more than in half precision the context takes; negative where it takes fewer. */
export function cacheDifference(
  facts: Pick<HeaderFacts, 'attentionLayers' | 'keyValueHeads' | 'keyLength' | 'valueLength'>,
  { keyType, valueType }: Pick<StoredColumn, 'keyType' | 'valueType'>,
  contextSize: number,
): number {
  const perHead =
    facts.keyLength * (cacheBytes[keyType] - cacheBytes.F16) +
    facts.valueLength * (cacheBytes[valueType] - cacheBytes.F16);
  return contextSize * facts.attentionLayers * facts.keyValueHeads * perHead;
}

/** What a person calls it: its quantization, and how the context is kept where that is not the usual way. */
export function labelOf({ name, quantization, keyType, valueType }: Omit<DivergenceColumn, 'chunksDone'>): string {
  const what = quantization === 'unknown' ? name : quantization;
  if (keyType === 'F16' && valueType === 'F16') return what;
  return `${what} with keys in ${keyType} and values in ${valueType}`;
}

/** What each column is called: with its file's name where that alone would not tell it from another one. */
export function labelsOf(columns: readonly Omit<DivergenceColumn, 'chunksDone'>[]): string[] {
  const labels = columns.map(labelOf);
  return columns.map((column, index) => {
    const label = labels[index] ?? '';
    const isAlone = !labels.some((other, at) => other === label && columns[at]?.file !== column.file);
    const file = (column.file ?? column.reference).replaceAll('\\', '/').split('/').at(-1);
    return isAlone || file === undefined ? label : `${label} (${file})`;
  });
}

/** Where chunks are longer than what the models were trained on, no number is that of their usual work. */
export function contextNotes(columns: readonly Omit<DivergenceColumn, 'chunksDone'>[], contextSize: number): string[] {
  const trained = columns.flatMap((column) => column.trainedContext ?? []);
  const least = Math.min(...trained);
  if (least >= contextSize) return [];
  return [
    `The chunks have ${countText(contextSize)} tokens, and the models were trained on ${countText(least)}: beyond that they guess, and what a quantization costs there tells little. A context of ${countText(least)} or less is what they know.`,
  ];
}

/** What a run is about, for the list of jobs; never its text. */
export function titleOf(columns: readonly StoredColumn[]): string {
  const [reference, ...candidates] = columns;
  const names = candidates.map(({ name, quantization }) => (quantization === 'unknown' ? name : quantization));
  return `Divergence of ${names.join(', ')} from ${reference?.name ?? 'the reference'}`.slice(0, 300);
}
