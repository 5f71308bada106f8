import type {
  CandidateNumbers,
  DivergenceColumn,
  DivergenceSummary,
  VerdictKind,
} from '../../../../preload/contract/divergence.ts';
import { counted, significant } from '../../../lib/numbers.ts';

/** Four decimals near 1, where three digits would say nothing; as ratioText in main/services/divergence. */
export function ratio(value: number): string {
  const off = Math.abs(value - 1);
  // The end of an interval that shows a loss does not read as no difference. Below lies only what sums round.
  if (off > 1e-7 && off < 0.5e-4) return value.toFixed(Math.ceil(-Math.log10(off)));
  return off < 0.1 ? value.toFixed(4) : significant(value, 4);
}

/** A value with its error in the same number of decimals; alone where there is none, as of ten tokens or fewer. */
export function withError(value: number, error: number): string {
  if (!(error > 0)) return significant(value, 4);
  const power = Math.floor(Math.log10(error));
  const decimals = Math.max(0, Math.min(8, 1 - power));
  const shown = (one: number) => (decimals === 0 ? counted(Math.round(one)) : one.toFixed(decimals));
  return `${shown(value)} ± ${shown(error)}`;
}

export const verdictWords: Record<VerdictKind, { words: string; kind: 'good' | 'caution' | 'bad' | 'plain' }> = {
  identical: { words: 'Identical', kind: 'good' },
  equivalent: { words: 'No loss above 1 % of PPL', kind: 'good' },
  'other answers': { words: 'Other answers', kind: 'caution' },
  inconclusive: { words: 'Not told apart', kind: 'plain' },
  'small loss': { words: 'Small loss', kind: 'good' },
  loss: { words: 'A loss', kind: 'caution' },
  'clear loss': { words: 'Clear loss', kind: 'bad' },
  mixed: { words: 'Mixed', kind: 'caution' },
  'text unsuited': { words: 'No verdict', kind: 'plain' },
  'too little text': { words: 'Too little text', kind: 'plain' },
};

export function titleOf(run: Pick<DivergenceSummary, 'name' | 'textName'>): string {
  return run.name ?? run.textName;
}

export function isUnderWay({ state }: Pick<DivergenceSummary, 'state'>): boolean {
  return state === 'running' || state === 'queued';
}

/** Why `value` of a candidate is not shown: it never comes where the candidate was left out or the run ended. */
export function whyMissing(
  run: Pick<DivergenceSummary, 'state'>,
  { error }: Pick<DivergenceColumn, 'error'>,
  name: string,
  value: string,
): string {
  if (error !== null) return `${name} was left out: ${error.message}`;
  return isUnderWay(run) ? `${name} has no ${value} yet.` : `${name} has no ${value}: it was not measured.`;
}

/** What a column's colour goes by: the model, and how it keeps its context where that is not the usual way. */
export function keyOf(column: DivergenceColumn): string {
  const model = column.modelId ?? column.reference;
  return isUsual(column) ? model : `${model}+${cacheWords(column)}`;
}

function isUsual({ keyType, valueType }: Pick<DivergenceColumn, 'keyType' | 'valueType'>): boolean {
  return keyType === 'F16' && valueType === 'F16';
}

/** `KV Q8_0`, or both where keys and values differ. */
export function cacheWords({ keyType, valueType }: Pick<DivergenceColumn, 'keyType' | 'valueType'>): string {
  return keyType === valueType ? `KV ${keyType}` : `K ${keyType} V ${valueType}`;
}

/** What to call a column where the run's model needs no name. */
export function shortName(column: DivergenceColumn): string {
  const what = column.quantization === 'unknown' ? column.name : column.quantization;
  return isUsual(column) ? what : `${what}, ${cacheWords(column)}`;
}

/** Short names of all columns, with the file's where that alone would not tell one from another. */
export function namesOf(columns: readonly DivergenceColumn[]): string[] {
  const names = columns.map(shortName);
  return columns.map((column, index) => {
    const name = names[index] ?? '';
    const isAlone = !names.some((other, at) => other === name && columns[at]?.file !== column.file);
    const file = (column.file ?? column.reference).replaceAll('\\', '/').split('/').at(-1);
    return isAlone || file === undefined ? name : `${name} (${file})`;
  });
}

export const nameAt = (columns: readonly DivergenceColumn[], index: number) => namesOf(columns)[index] ?? '';

/** The two intervals of a ladder's columns over all candidates, for scales that they share. */
export function endsOf(
  candidates: readonly (CandidateNumbers | null)[],
  of: (numbers: CandidateNumbers) => { value: number; interval: readonly [number, number] | null },
): number[] {
  return candidates.flatMap((numbers) => {
    if (numbers === null) return [];
    const { value, interval } = of(numbers);
    return [value, ...(interval ?? [])];
  });
}
