import type { Job, JobState } from '../../../preload/contract/jobs.ts';
import type { Changes } from '../../base/changes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import { newId } from '../../base/ids.ts';
import type { JobKind, JobQueue } from '../../base/job.ts';
import type { Log } from '../../base/log.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './jobs.queries.ts';
import { isResumable } from './jobs.rules.ts';
import { createJobBoard } from './jobs.watch.ts';
import { type BoundKind, bindKind } from './kind.ts';
import { createRunner } from './runner.ts';

export interface JobsDependencies {
  vault: {
    /** Throws LOCKED or NO_STORE. */
    store(): Store;
    onUnlocked(listener: (store: Store) => void): () => void;
    onLocking(listener: () => void | Promise<void>): () => void;
  };
  changes: Pick<Changes, 'announce'>;
  log: Log;
  /** Default: the system's. */
  clock?: Clock;
  /** Milliseconds after which a stopped job that does not return is given up. Default: 2500, a little more than an engine has to stop. */
  graceMs?: number;
  /** Share of the machine that a workspace gets beside others. Default: 1 for each. */
  weightOf?: (workspace: string) => number;
}

export interface Jobs extends JobQueue {
  /** Aborts a running job, takes a queued one off, decides that an interrupted one will not go on; leaves the others as they are. NOT_FOUND. */
  cancel(id: string): void;
  /** Puts an interrupted, failed or cancelled job back into the queue, at its end. NOT_FOUND; CONFLICT when it cannot go on. */
  resume(id: string): void;
  /** Deletes an ended job, or without an id all that are done, failed or cancelled. NOT_FOUND; CONFLICT while it is queued or runs. */
  clear(id?: string): void;
  /** Newest first: all that have not ended, and the last 500 that have. */
  list(): Job[];
  /** NOT_FOUND. */
  get(id: string): Job;
  /** First what is queued or running, then each change, at most one a frame and job; ends with the signal. */
  watch(signal: AbortSignal): AsyncIterable<Job>;
  /** Whether a job is queued or runs in this process. */
  isBusy(): boolean;
  /** What an earlier process left queued or running becomes interrupted. Done by itself at each unlock. */
  recover(): void;
  /** Interrupts what runs, waits until it has stopped, and ends every watch. */
  close(): Promise<void>;
}

const listed = 500;

export function createJobs(dependencies: JobsDependencies): Jobs {
  const { vault, changes, log, clock = systemClock } = dependencies;
  const kinds = new Map<string, BoundKind>();
  const board = createJobBoard((id) => {
    const row = runner.find(id);
    return row === undefined ? undefined : view(row);
  });
  const runner = createRunner({
    store: vault.store,
    log,
    clock,
    graceMs: dependencies.graceMs ?? 2500,
    weightOf: dependencies.weightOf ?? (() => 1),
    progressed: (row) => board.touch(row.id),
    changed(row) {
      board.post(view(row));
      changes.announce('jobs');
    },
  });
  const leaveVault = [
    vault.onUnlocked(recover),
    vault.onLocking(() =>
      runner.stopAll(new Fault('LOCKED', 'The store was locked while this ran. Unlock it and resume.')),
    ),
  ];

  function view(row: queries.JobRow): Job {
    return {
      id: row.id,
      kind: row.kind,
      lane: row.lane,
      title: row.title,
      subject: row.subject,
      state: row.state,
      progress: row.progress_json,
      error: row.error_json,
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      resumable: isResumable(row.state, kinds.get(row.kind)?.recovery, row.started_at !== null, row.error_json),
    };
  }

  function stored(id: string): queries.JobRow {
    const row = runner.find(id) ?? queries.selectJob(vault.store().read, id);
    if (row === undefined) throw new Fault('NOT_FOUND', 'This job is no longer on the list.', { facts: { job: id } });
    return row;
  }

  function start<I>(kind: JobKind<I>, input: I, options: { workspace?: string } = {}): string {
    const bound = kinds.get(kind.kind);
    if (bound === undefined) throw new Error(`Jobs of the kind ${kind.kind} were never registered.`);
    runner.requireOpen();
    const at = clock.now();
    const store = vault.store();
    const row: Omit<queries.JobRow, 'position'> = {
      id: newId(at),
      workspace: options.workspace ?? 'main',
      kind: kind.kind,
      lane: typeof kind.lane === 'function' ? kind.lane(input) : kind.lane,
      title: kind.title(input),
      subject: kind.subject?.(input) ?? null,
      state: 'queued',
      progress_json: null,
      error_json: null,
      created_at: new Date(at).toISOString(),
      started_at: null,
      ended_at: null,
    };
    store.transaction((write) => {
      const placed = { ...row, position: queries.nextPosition(write) };
      queries.insertJob(write, placed, input);
      store.afterCommit(() => runner.enqueue(placed, bound));
    });
    return row.id;
  }

  function resume(id: string): void {
    const row = stored(id);
    const bound = kinds.get(row.kind);
    if (bound === undefined || !isResumable(row.state, bound.recovery, row.started_at !== null, row.error_json)) {
      throw new Fault('CONFLICT', `“${row.title}” is ${row.state} and cannot go on. Start it anew.`, {
        facts: { job: id },
      });
    }
    runner.requireOpen();
    const store = vault.store();
    store.transaction((write) => {
      const queued: queries.JobRow = {
        ...row,
        state: 'queued',
        position: queries.nextPosition(write),
        error_json: null,
        ended_at: null,
      };
      queries.updateJob(write, queued);
      if (bound.recovery !== 'resume') queries.updateCheckpoint(write, id, null);
      store.afterCommit(() => runner.enqueue(queued, bound));
    });
  }

  function cancel(id: string): void {
    const row = stored(id);
    if (runner.cancel(id) || row.state !== 'interrupted') return;
    end([row], 'cancelled');
  }

  function clear(id?: string): void {
    const store = vault.store();
    if (id === undefined) {
      store.transaction((write) => queries.deleteJobs(write, ['done', 'failed', 'cancelled']));
    } else {
      const row = stored(id);
      if (row.ended_at === null) {
        throw new Fault('CONFLICT', `“${row.title}” is ${row.state}. Cancel it before you take it off the list.`, {
          facts: { job: id },
        });
      }
      // What it left open is settled first: nobody can let it go on any more.
      if (row.state === 'interrupted') end([row], 'cancelled');
      store.transaction((write) => queries.deleteJob(write, id));
    }
    changes.announce('jobs');
  }

  function recover(): void {
    runner.writeEnds();
    end(
      queries.selectUnended(vault.store().read).filter((row) => runner.find(row.id) === undefined),
      'interrupted',
    );
  }

  /** Ends jobs that do not run in this process. */
  function end(rows: readonly queries.JobRow[], state: JobState & ('cancelled' | 'interrupted')): void {
    const store = vault.store();
    const ended = rows.map((row) => ({ ...row, state, ended_at: row.ended_at ?? new Date(clock.now()).toISOString() }));
    store.transaction((write) => {
      for (const row of ended) queries.updateJob(write, row);
    });
    for (const row of ended) {
      try {
        kinds.get(row.kind)?.settled(queries.selectWork(store.read, row.id)?.input, state);
      } catch (error) {
        log.error({ job: row.id, kind: row.kind, code: toErrorData(error).code }, 'a kind failed to settle its job');
      }
      board.post(view(row));
    }
    if (ended.length > 0) changes.announce('jobs');
  }

  return {
    register(kind) {
      if (kinds.has(kind.kind)) throw new Error(`Jobs of the kind ${kind.kind} are registered twice.`);
      kinds.set(kind.kind, bindKind(kind));
    },
    start,
    cancel,
    resume,
    clear,
    list: () => queries.selectJobs(vault.store().read, listed).map((row) => view(runner.find(row.id) ?? row)),
    get: (id) => view(stored(id)),
    stateOf: (id) => (runner.find(id) ?? queries.selectJob(vault.store().read, id))?.state ?? null,
    watch: (signal) => board.watch(signal, runner.ids()),
    isBusy: () => runner.ids().length > 0,
    recover,
    async close() {
      for (const leave of leaveVault) leave();
      await runner.stopAll(new Fault('CANCELLED', 'Assay was closed while this ran. Resume it to go on.'), {
        forGood: true,
      });
      board.end();
    },
  };
}
