import type { CandidateNumbers, DepthBand, DivergenceRun } from '../../../preload/contract/divergence.ts';
import type { AssayErrorData } from '../../../preload/contract/errors.ts';

type CandidateDocument = {
  file: string;
  sizeBytes: number | null;
  bitsPerWeight: number | null;
  /** Only where the context is not kept in F16. */
  keyType?: string;
  valueType?: string;
} & (
  | (Pick<
      CandidateNumbers,
      | 'ppl'
      | 'pplError'
      | 'lnPplRatio'
      | 'lnPplRatioError'
      | 'lnPplRatioInterval95'
      | 'kld'
      | 'deltaP'
      | 'sameTop'
      | 'secondsDecode'
      | 'secondsMetrics'
      | 'verdict'
    > & { error?: undefined; byDepth?: readonly DepthBand[] })
  | { error: Pick<AssayErrorData, 'code' | 'message'> | null }
);

/** A run as `assay compare --json` prints it. `error`: why a candidate has no numbers; null: its first chunk has not come. */
export interface DivergenceDocument {
  context: number;
  chunks: number;
  tokensScored: number;
  reference: { file: string; ppl: number | null; pplError: number | null };
  candidates: CandidateDocument[];
  smallest: DivergenceRun['smallest'];
  engineRelease: string | null;
  threads: number | null;
  peakRssBytes: number | null;
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
    tokensScored: run.tokensScored,
    reference: {
      file: reference?.file ?? reference?.reference ?? '',
      ppl: run.referenceNumbers?.ppl ?? null,
      pplError: run.referenceNumbers?.pplError ?? null,
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
      if (error !== null) return { ...head, error: { code: error.code, message: error.message } };
      if (numbers === null) return { ...head, error: null };
      const { ppl, pplError, lnPplRatio, lnPplRatioError, lnPplRatioInterval95, kld, deltaP, sameTop } = numbers;
      const { secondsDecode, secondsMetrics, verdict } = numbers;
      return {
        ...head,
        ppl,
        pplError,
        lnPplRatio,
        lnPplRatioError,
        lnPplRatioInterval95,
        kld,
        deltaP,
        sameTop,
        secondsDecode,
        secondsMetrics,
        verdict,
        ...(depths[index] === undefined ? {} : { byDepth: depths[index] }),
      };
    }),
    smallest: run.smallest,
    engineRelease: run.engineRelease,
    threads: run.threads,
    peakRssBytes: run.peakRssBytes,
  };
}
