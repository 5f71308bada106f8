import type { DivergenceRun, ModelMeasurement } from '../../../preload/contract/divergence.ts';
import type { ReadHandle } from '../../db/store.ts';
import * as queries from './divergence.queries.ts';

/** What lists of models show of a run. */
export function measurementsOf(run: DivergenceRun, measuredAt: string): ModelMeasurement[] {
  const [reference, ...columns] = run.columns;
  return columns.flatMap((column, candidate): ModelMeasurement[] => {
    const numbers = run.candidates[candidate] ?? null;
    const plain = column.keyType === 'F16' && column.valueType === 'F16';
    if (numbers === null || column.file === null || column.error !== null || !plain) return [];
    return [
      {
        file: column.file,
        modelId: column.modelId,
        run: run.id,
        measuredAt,
        referenceFile: reference?.file ?? '',
        reference: `${reference?.name ?? ''} ${reference?.quantization ?? ''}`.trim(),
        textName: run.textName,
        tokensScored: run.tokensScored,
        ppl: numbers.ppl,
        pplRatio: numbers.pplRatio,
        pplRatioInterval95: numbers.pplRatioInterval95,
        kldMean: numbers.kld.mean,
        kldInterval95: numbers.kld.interval95,
        sameTop: numbers.sameTop.share,
        sameTopInterval95: numbers.sameTop.interval95,
        tokensPerSecond: numbers.tokensPerSecond,
        verdict: numbers.verdict,
      },
    ];
  });
}

/** One a file: of the newest run that measured it. */
export function readMeasurements(read: ReadHandle): ModelMeasurement[] {
  const newest = new Map<string, ModelMeasurement>();
  for (const { facts_json: facts } of queries.selectRuns(read, null, mostRuns))
    for (const one of facts.measurements) if (!newest.has(one.file)) newest.set(one.file, one);
  return [...newest.values()];
}

/** Runs that are looked through for the last measurement of a file. */
const mostRuns = 500;
