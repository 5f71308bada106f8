import type { DivergenceRun, ModelMeasurement } from '../../../preload/contract/divergence.ts';
import { isReplaced } from '../../base/fileMark.ts';
import type { ReadHandle } from '../../db/store.ts';
import * as queries from './divergence.queries.ts';

/** What lists of models show of a run: of its candidates and of the reference, which is its own measure. */
export function measurementsOf(run: DivergenceRun, measuredAt: string): ModelMeasurement[] {
  const [reference, ...columns] = run.columns;
  const about = {
    run: run.id,
    measuredAt,
    referenceFile: reference?.file ?? '',
    reference: `${reference?.name ?? ''} ${reference?.quantization ?? ''}`.trim(),
    textName: run.textName,
    tokensScored: run.tokensScored,
    isLadder: true,
  };
  const own = run.referenceNumbers;
  const first: ModelMeasurement[] =
    own === null || reference === undefined || reference.file === null || run.textKind === 'base file'
      ? []
      : [
          {
            ...about,
            file: reference.file,
            modelId: reference.modelId,
            ppl: own.ppl,
            pplRatio: 1,
            pplRatioInterval95: null,
            kldMean: 0,
            kldInterval95: null,
            sameTop: 1,
            sameTopInterval95: null,
            tokensPerSecond: own.tokensPerSecond,
            tokensPerSecondInterval95: own.tokensPerSecondInterval95,
          },
        ];
  const others = columns.flatMap((column, candidate): ModelMeasurement[] => {
    const numbers = run.candidates[candidate] ?? null;
    const plain = column.keyType === 'F16' && column.valueType === 'F16';
    const isMeasured = numbers !== null && column.file !== null && column.error === null && plain;
    if (!isMeasured || column.file === null || column.file === first[0]?.file) return [];
    return [
      {
        ...about,
        file: column.file,
        modelId: column.modelId,
        ppl: numbers.ppl,
        pplRatio: numbers.pplRatio,
        pplRatioInterval95: numbers.pplRatioInterval95,
        kldMean: numbers.kld.mean,
        kldInterval95: numbers.kld.interval95,
        sameTop: numbers.sameTop.share,
        sameTopInterval95: numbers.sameTop.interval95,
        tokensPerSecond: numbers.tokensPerSecond,
        tokensPerSecondInterval95: numbers.tokensPerSecondInterval95,
      },
    ];
  });
  return [...first, ...others];
}

/**
 * One a file. Numbers of different texts are no ladder, so for each reference the run that holds most files fills it, of equally large ones
 * the newest; what only other runs measured stands there too, marked. `runs`: newest first.
 */
export function ladderOf(runs: readonly (readonly ModelMeasurement[])[]): ModelMeasurement[] {
  const found = new Map<string, ModelMeasurement>();
  const led = new Set<string>();
  for (const run of runs.toSorted((one, other) => other.length - one.length)) {
    const reference = run[0]?.referenceFile ?? '';
    const isLadder = !led.has(reference) && run.every(({ file }) => file === reference || !found.has(file));
    if (isLadder) led.add(reference);
    for (const one of run) if (!found.has(one.file)) found.set(one.file, { ...one, isLadder });
  }
  return [...found.values()];
}

/** Of what lies there now: a file that was replaced has none of what it was before, and nothing is measured against what it was. */
export function readMeasurements(read: ReadHandle): ModelMeasurement[] {
  const known = new Map<string, boolean>();
  const runs = queries.selectRuns(read, null, mostRuns).map(({ facts_json: facts }) => {
    const replaced = facts.measurements.filter((one) => isStale(one, known)).map(({ file }) => file);
    return facts.measurements
      .filter(({ file, referenceFile }) => !replaced.includes(file) && !replaced.includes(referenceFile))
      .map(({ mark: _mark, ...one }) => one);
  });
  return ladderOf(runs.filter((run) => run.length > 0));
}

/** `known`: what was found before, for many runs hold the same files. */
function isStale({ file, mark }: queries.StoredMeasurement, known: Map<string, boolean>): boolean {
  if (mark === null) return false;
  const key = `${mark.sha256OfPieces} ${file}`;
  const stale = known.get(key) ?? isReplaced(file, mark);
  known.set(key, stale);
  return stale;
}

/** Runs that are looked through for the measurements of files. */
const mostRuns = 500;
