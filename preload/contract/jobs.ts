import { z } from 'zod';
import { assayErrorData } from './errors.ts';

export const lane = z.enum(['interactive', 'exclusive', 'batch']);
export const jobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof jobState>;

export const progress = z.object({
  done: z.number(),
  total: z.number(),
  /** What is counted: answers, chunks, bytes. */
  unit: z.string(),
  /** Units a second over the last while; null when not known yet. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  note: z.string().optional(),
});
export type Progress = z.infer<typeof progress>;

export const job = z.object({
  id: z.string(),
  kind: z.string(),
  lane,
  /** What it does, in words for the tray. */
  title: z.string(),
  /** What it works on, for a link: e.g. the id of a comparison. */
  subject: z.string().nullable(),
  state: jobState,
  progress: progress.nullable(),
  error: assayErrorData.nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** True when an interrupted, failed or cancelled job can go on from where it stopped. */
  resumable: z.boolean(),
});
export type Job = z.infer<typeof job>;
export const jobIdInput = z.object({ id: z.string() });
/** Without an id: all that are done, failed or cancelled. */
export const clearJobsInput = z.object({ id: z.string().optional() });
