import { z } from 'zod';
import { divergenceEvent, divergenceResult, divergenceWork } from './protocolDivergence.ts';
import { inspectAnswer, inspectorWork, inspectQuestion } from './protocolInspector.ts';
import { path, planResult, planWork } from './protocolLabInput.ts';
import { imatrixResult, imatrixWork, quantizeResult, quantizeWork } from './protocolQuantize.ts';

export * from './protocolDivergence.ts';
export * from './protocolInspector.ts';
export * from './protocolLabInput.ts';
export * from './protocolQuantize.ts';

export const labProbe = z.discriminatedUnion('available', [
  z.object({ available: z.literal(true), release: z.string(), systemInfo: z.string() }),
  /** Two sentences: what is missing, and what to install or do. */
  z.object({ available: z.literal(false), reason: z.string(), remedy: z.string() }),
]);
export type LabProbe = z.infer<typeof labProbe>;

/** Share of the work that is done; a note is a tensor's or a file's name. */
export const labProgress = z.object({ done: z.number(), total: z.number(), note: z.string().optional() });
export type LabProgress = z.infer<typeof labProgress>;

/** What one engine process is asked of the addon. */
export const labRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probe') }),
  z.object({ kind: z.literal('quantize'), work: quantizeWork, partial: path }),
  z.object({ kind: z.literal('imatrix'), work: imatrixWork, partial: path }),
  z.object({ kind: z.literal('plan'), work: planWork }),
  z.object({ kind: z.literal('divergence'), work: divergenceWork, partial: path.optional() }),
  z.object({ kind: z.literal('open inspector'), work: inspectorWork }),
  z.object({ kind: z.literal('look'), question: inspectQuestion }),
]);
export type LabRequest = z.infer<typeof labRequest>;

/** What it says while it works. */
export const labAside = z.discriminatedUnion('type', [
  ...divergenceEvent.options,
  labProgress.extend({ type: z.literal('progress') }),
]);
export type LabAside = z.infer<typeof labAside>;

export const labAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probe'), probe: labProbe }),
  z.object({ kind: z.literal('quantize'), result: quantizeResult }),
  z.object({ kind: z.literal('imatrix'), result: imatrixResult }),
  z.object({ kind: z.literal('plan'), result: planResult }),
  z.object({ kind: z.literal('divergence'), result: divergenceResult }),
  z.object({ kind: z.literal('open inspector') }),
  z.object({ kind: z.literal('look'), answer: inspectAnswer }),
]);
export type LabAnswer = z.infer<typeof labAnswer>;
