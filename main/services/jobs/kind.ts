import type { z } from 'zod';
import type { JobState } from '../../../preload/contract/jobs.ts';
import { Fault } from '../../base/fault.ts';
import type { JobKind, JobWork } from '../../base/job.ts';

/** A kind whose input is parsed where it leaves the store, so that the queue can treat all kinds alike. */
export interface BoundKind {
  name: string;
  recovery: JobKind<unknown>['recovery'];
  run(stored: unknown, work: Omit<JobWork<unknown>, 'input'>): Promise<void>;
  settled(stored: unknown, state: Exclude<JobState, 'queued' | 'running'>): void;
}

export function bindKind<I>(kind: JobKind<I>): BoundKind {
  const parse = (stored: unknown): z.ZodSafeParseResult<I> => kind.input.safeParse(stored);
  return {
    name: kind.kind,
    recovery: kind.recovery,
    async run(stored, work) {
      const input = parse(stored);
      if (!input.success) {
        throw new Fault(
          'BAD_INPUT',
          'What this job was asked to do does not fit this version of Assay. Start it anew.',
          {
            facts: { kind: kind.kind },
          },
        );
      }
      await kind.run({ ...work, input: input.data });
    },
    settled(stored, state) {
      const input = parse(stored);
      if (input.success) kind.settled?.(input.data, state);
    },
  };
}
