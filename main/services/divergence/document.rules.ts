import type { CandidateNumbers, DepthBand, DivergenceRun } from '../../../preload/contract/divergence.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';

type CandidateDocument = {
  file: string;
  sizeBytes: number | null;
  bitsPerWeight: number | null;
  /** Only where the context is not kept in F16. */
  keyType?: string;
  valueType?: string;
  /** Things to know about it, as sentences; only where there are any. */
  notes?: readonly string[];
} & (
  | (Pick<
      CandidateNumbers,
      | 'ppl'
      | 'pplError'
      | 'pplInterval95'
      | 'pplRatio'
      | 'pplRatioError'
      | 'pplRatioInterval95'
      | 'lnPplRatio'
      | 'lnPplRatioError'
      | 'lnPplRatioInterval95'
      | 'kld'
      | 'deltaP'
      | 'sameTop'
      | 'secondsDecode'
      | 'secondsMetrics'
      | 'tokensPerSecond'
      | 'tokensPerSecondInterval95'
      | 'verdict'
    > & { error?: undefined; byDepth?: readonly DepthBand[] })
  | { error: Pick<AssayErrorData, 'code' | 'message'> | null }
);

/** From which difference of the two ratios on a reader is told which one to take. */
const telling = 0.01;
const isFar = ({ lnPplRatio, pplRatio }: Pick<CandidateNumbers, 'lnPplRatio' | 'pplRatio'>) =>
  Math.abs(lnPplRatio - Math.log(pplRatio)) > telling;
const farRatios =
  'pplRatio is not exp(lnPplRatio): lnPplRatio is that of llama-perplexity, which cuts the reference at e^−16 of its likeliest token; pplRatio is without that cut, and the verdict rests on it.';

/** A run as `assay compare --json` prints it. `error`: why a candidate has no numbers; null: its first chunk has not come. */
export interface DivergenceDocument {
  /** Tokens of a chunk; of a data set, of the longest of its items. */
  context: number;
  chunks: number;
  /** As many were to be measured; null before the text was cut. More than `chunks`: the run was cut short, or goes on. */
  chunkCount: number | null;
  /** Of the run's job; null where its job is no longer kept. */
  state: DivergenceRun['state'];
  tokensScored: number;
  reference: Pick<CandidateNumbers, 'pplInterval95'> & { file: string; ppl: number | null; pplError: number | null };
  candidates: CandidateDocument[];
  smallest: DivergenceRun['smallest'];
  /** Things to know about the run, as sentences, e.g. how many items were left out. */
  notes: string[];
  engineRelease: string | null;
  threads: number | null;
  peakRssBytes: number | null;
  /** Of the same process before it opened a file. */
  idleRssBytes: number | null;
}

/** `depths`: of each candidate, where they were asked for. */
export function divergenceDocument(
  run: DivergenceRun,
  depths: readonly (readonly DepthBand[])[] = [],
): DivergenceDocument {
  const [reference, ...columns] = run.columns;
  return {
    context: run.contextSize,
    chunks: run.chunksDone,
    chunkCount: run.chunkCount,
    state: run.state,
    tokensScored: run.tokensScored,
    reference: {
      file: reference?.file ?? reference?.reference ?? '',
      ppl: run.referenceNumbers?.ppl ?? null,
      pplError: run.referenceNumbers?.pplError ?? null,
      pplInterval95: run.referenceNumbers?.pplInterval95 ?? null,
    },
    candidates: columns.map((column, index): CandidateDocument => {
      const { sizeBytes, bitsPerWeight, keyType, valueType, error } = column;
      const plain = keyType === 'F16' && valueType === 'F16';
      const head = {
        file: column.file ?? column.reference,
        sizeBytes,
        bitsPerWeight,
        ...(plain ? {} : { keyType, valueType }),
      };
      const numbers = run.candidates[index] ?? null;
      const notes = [...column.notes, ...(numbers !== null && isFar(numbers) ? [farRatios] : [])];
      const told = notes.length > 0 ? { notes } : {};
      if (error !== null) return { ...head, ...told, error: { code: error.code, message: error.message } };
      if (numbers === null) return { ...head, ...told, error: null };
      const { ppl, pplError, pplInterval95, pplRatio, pplRatioError, pplRatioInterval95 } = numbers;
      const { lnPplRatio, lnPplRatioError, lnPplRatioInterval95, kld, deltaP, sameTop } = numbers;
      const { secondsDecode, secondsMetrics, tokensPerSecond, tokensPerSecondInterval95, verdict } = numbers;
      return {
        ...head,
        ...told,
        ppl,
        pplError,
        pplInterval95,
        pplRatio,
        pplRatioError,
        pplRatioInterval95,
        lnPplRatio,
        lnPplRatioError,
        lnPplRatioInterval95,
        kld,
        deltaP,
        sameTop,
        secondsDecode,
        secondsMetrics,
        tokensPerSecond,
        tokensPerSecondInterval95,
        verdict,
        ...(depths[index] === undefined ? {} : { byDepth: depths[index] }),
      };
    }),
    smallest: run.smallest,
    notes: run.notes,
    engineRelease: run.engineRelease,
    threads: run.threads,
    peakRssBytes: run.peakRssBytes,
    idleRssBytes: run.idleRssBytes,
  };
}
