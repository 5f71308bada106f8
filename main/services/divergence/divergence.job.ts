import { rmSync } from 'node:fs';
import { z } from 'zod';
import type { MemoryEstimate, Model, RoomForModels } from '../../../preload/contract/models.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import type { JobKind } from '../../base/job.ts';
import type { Store } from '../../db/store.ts';
import type { Lab } from '../../inference/lab.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import * as queries from './divergence.queries.ts';
import { runDivergence } from './divergenceRun.ts';
import { partialBaseOf } from './requireBase.ts';

const runInput = z.object({ run: z.string(), title: z.string() });
export type RunInput = z.infer<typeof runInput>;

export interface RunDependencies {
  vault: {
    /** Throws LOCKED or NO_STORE. */
    store(): Store;
    /** Told of files that are about to be written elsewhere. */
    unfinished(files: readonly string[]): void;
  };
  models: {
    resolve(reference: string): Promise<Model>;
    facts(model: Pick<Model, 'path'>): Promise<HeaderFacts>;
    estimate(input: { model: string; contextSize?: number }): Promise<MemoryEstimate>;
    room(): Promise<RoomForModels>;
  };
  lab: Pick<Lab, 'probe' | 'divergence'>;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  /** Threads when nobody names a number. */
  threads(): number;
  /** Where a compact reference may lie while candidates run in turns; null: only in memory. */
  scratchFolder: string | null;
}

/** The job behind a run. Every chunk is committed as it comes: a resume goes on after the last one that all models have. */
export function divergenceJob(dependencies: RunDependencies): JobKind<RunInput> {
  function unfinishedOf({ run }: RunInput): string[] {
    const row = queries.selectRun(dependencies.vault.store().read, run);
    const partial = row === undefined ? null : partialBaseOf(row);
    return partial === null ? [] : [partial];
  }

  return {
    kind: 'divergence.run',
    // It gives way between chunks, so a person who asks something does not wait for hours.
    lane: 'batch',
    recovery: 'resume',
    input: runInput,
    title: ({ title }) => title,
    subject: ({ run }) => run,
    run(work) {
      dependencies.vault.unfinished(unfinishedOf(work.input));
      return runDivergence(dependencies, work);
    },
    settled(input) {
      // A process that was killed could not take it away.
      for (const file of unfinishedOf(input)) rmSync(file, { force: true });
      dependencies.changes.announce('divergence');
    },
  };
}
