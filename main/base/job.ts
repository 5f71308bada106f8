import type { z } from 'zod';
import type { JobState } from '../../preload/contract/jobs.ts';
import type { Log } from './log.ts';

/**
 * What a service writes to have long work done by the queue (services/jobs). The shapes live here, beside the procedure
 * kinds, so that a service can declare its kinds without importing the queue.
 */
export interface JobKind<I> {
  /** Stable name, `<domain>.<what>`: it is stored with each job. */
  kind: string;
  /** interactive: a person waits for it. exclusive: nothing else runs beside it. batch: everything else. */
  lane: JobLane | ((input: I) => JobLane);
  /**
   * What can be done with a job that was cut off (the app ended, the store was locked), failed or was cancelled.
   * abandon: nothing. retry: a person may start it again from the beginning. resume: it goes on from what it has kept.
   */
  recovery: 'abandon' | 'retry' | 'resume';
  /** Parses what is stored; an input that no longer fits makes the job fail with BAD_INPUT. */
  input: z.ZodType<I>;
  /** What it does, in words for the tray; never a prompt or an answer. */
  title(input: I): string;
  /** Id of the thing it works on, for a link. */
  subject?(input: I): string;
  /** Does the work. Resolving is done; throwing is failed, or cancelled when the signal is aborted. */
  run(work: JobWork<I>): Promise<void>;
  /** Called once whenever a job of this kind reaches an end state, also when it never began. Must not throw. */
  settled?(input: I, state: Exclude<JobState, 'queued' | 'running'>): void;
}

export type JobLane = 'interactive' | 'exclusive' | 'batch';

/** What a running job is given. */
export interface JobWork<I> {
  id: string;
  input: I;
  /** Aborted by cancel, by locking and by quitting. A kind that has not returned two and a half seconds later is given up. */
  signal: AbortSignal;
  /** Progress; rate and time left are worked out from these calls. As often as you like: watchers get one message a frame. */
  report(progress: JobReport): void;
  /** Keeps this (anything JSON can say) for a later resume; committed when the call returns. */
  checkpoint(state: unknown): void;
  /** The last checkpoint of an earlier run, to be parsed by the kind; null on a first run. */
  resumed: unknown | null;
  /**
   * To be awaited between items. Returns at once unless more urgent work waits; then it returns when that is done.
   * Throws the reason of the signal once it is aborted.
   */
  yield(): Promise<void>;
  log: Log;
}

export interface JobReport {
  done: number;
  total: number;
  /** What is counted: answers, chunks, bytes. */
  unit: string;
  note?: string;
}

/** The part of the queue that other services use. */
export interface JobQueue {
  /** Once, when the service is made. */
  register<I>(kind: JobKind<I>): void;
  /**
   * Puts a job into the queue and returns its id; its row is committed by then. Within a transaction of the store the row
   * belongs to that transaction, and the job begins after its commit: so neither exists without what it works on.
   */
  start<I>(kind: JobKind<I>, input: I, options?: { workspace?: string }): string;
  /** Null when the job is no longer on the list. */
  stateOf(id: string): JobState | null;
}
