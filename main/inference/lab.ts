import type {
  DivergenceEvent,
  DivergenceResult,
  DivergenceWork,
  ImatrixResult,
  ImatrixWork,
  InspectAnswer,
  InspectorWork,
  InspectQuestion,
  LabProbe,
  LabProgress,
  PlanResult,
  PlanWork,
  QuantizeResult,
  QuantizeWork,
} from './protocolLab.ts';

export type * from './protocolLab.ts';

/** Models kept loaded to look at single positions. */
export interface Inspector {
  /** BAD_INPUT when there is no such chunk or position. */
  at(question: InspectQuestion, signal?: AbortSignal): Promise<InspectAnswer>;
  close(): Promise<void>;
}

/**
 * The native addon in engine processes of its own, one for each piece of work. What an abort does not end within two seconds
 * is killed; either way it leaves no partial file. Failures are Faults: ENGINE_UNAVAILABLE when the addon is not there (ask `probe`),
 * BAD_INPUT, MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, NOT_ENOUGH_MEMORY, CANCELLED, ENGINE_CRASHED, ENGINE_HUNG.
 */
export interface Lab {
  /** Tries the addon in a throwaway process; the answer is kept. */
  probe(): Promise<LabProbe>;
  /** The generator yields progress in tensors and returns the result. */
  quantize(work: QuantizeWork, signal?: AbortSignal): AsyncGenerator<LabProgress, QuantizeResult, void>;
  /** Progress in chunks. */
  imatrix(work: ImatrixWork, signal?: AbortSignal): AsyncGenerator<LabProgress, ImatrixResult, void>;
  /** What an input comes to before it is run. BAD_INPUT with facts `{ tokens, needed }` when it is too short. */
  plan(work: PlanWork, signal?: AbortSignal): Promise<PlanResult>;
  /**
   * Yields the plan, loading, and a chunk at a time; returns timings. BAD_INPUT: too short (facts `{ tokens, needed }`) or another
   * vocabulary (facts `{ model, difference }`); MODEL_UNREADABLE: NaN, with the model, chunk and position in the sentence and the facts.
   */
  divergence(work: DivergenceWork, signal?: AbortSignal): AsyncGenerator<DivergenceEvent, DivergenceResult, void>;
  inspector(work: InspectorWork, signal?: AbortSignal): Promise<Inspector>;
  /** Ends what runs. */
  close(): Promise<void>;
}
