import type { Clock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import type { JobReport } from '../../base/job.ts';
import type { Log } from '../../base/log.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './jobs.queries.ts';
import { arrive, type Contender, chooseNext, mustYield, type Served, serve } from './jobs.rules.ts';
import type { BoundKind } from './kind.ts';
import { addSample, type RateWindow, rateOf, secondsLeft, skipPause } from './rate.rules.ts';

type JobRow = queries.JobRow;
type EndState = 'done' | 'failed' | 'cancelled' | 'interrupted';

/** A job of this process that has not ended. */
interface Active {
  row: JobRow;
  kind: BoundKind;
  phase: Contender['phase'];
  controller: AbortController;
  /** What it ends as once it was told to stop. */
  stopsAs: 'cancelled' | 'interrupted' | null;
  ended: PromiseWithResolvers<void>;
  wake: (() => void) | null;
  grace: NodeJS.Timeout | undefined;
  rate: RateWindow;
  servedFrom: number;
  savedAt: number;
}

export interface RunnerDependencies {
  store(): Store;
  log: Log;
  clock: Clock;
  graceMs: number;
  weightOf: (workspace: string) => number;
  /** Only the progress of this job is new. */
  progressed(row: JobRow): void;
  /** The job is in another state. */
  changed(row: JobRow): void;
}

/** Progress is written at most this often, in milliseconds; it is exact again when the job ends. */
const saveEveryMs = 2000;

/** Runs queued jobs by the rules of the lanes, and settles each exactly once, whatever its kind does. */
export function createRunner({ store, log, clock, graceMs, weightOf, progressed, changed }: RunnerDependencies) {
  const active = new Map<string, Active>();
  /** Jobs whose end is not in the store yet. */
  const unwritten = new Map<string, JobRow>();
  let served: Served = new Map();
  let closed = false;
  let stopping = 0;

  const now = () => new Date(clock.now()).toISOString();
  const contender = ({ row, phase }: Active): Contender => ({ ...row, phase });
  const contenders = () => [...active.values()].map(contender);
  const save = (row: JobRow) => store().transaction((write) => queries.updateJob(write, row));

  function requireOpen(): void {
    if (closed || stopping > 0) throw new Fault('LOCKED', 'The store is being locked. Unlock it and start again.');
  }

  function enqueue(row: JobRow, kind: BoundKind): void {
    served = arrive(served, row.workspace, new Set([...active.values()].map((one) => one.row.workspace)));
    active.set(row.id, {
      row,
      kind,
      phase: 'queued',
      controller: new AbortController(),
      stopsAs: null,
      ended: Promise.withResolvers(),
      wake: null,
      grace: undefined,
      rate: [],
      servedFrom: 0,
      savedAt: clock.now(),
    });
    unwritten.delete(row.id);
    writeEnds();
    changed(row);
    // The one who asked gets the id before the job begins.
    queueMicrotask(schedule);
  }

  function schedule(): void {
    if (stopping > 0) return;
    for (const id of chooseNext(contenders(), served)) {
      const one = active.get(id);
      if (one?.phase === 'parked') unpark(one);
      else if (one) begin(one);
    }
  }

  function begin(one: Active): void {
    one.phase = 'running';
    one.servedFrom = clock.now();
    one.row = { ...one.row, state: 'running', started_at: now() };
    void perform(one).then(
      () => settle(one, one.stopsAs ?? 'done'),
      (thrown: unknown) => settle(one, one.stopsAs ?? 'failed', thrown),
    );
  }

  async function perform(one: Active): Promise<void> {
    const id = one.row.id;
    save(one.row);
    changed(one.row);
    const work = queries.selectWork(store().read, id);
    if (work === undefined) throw new Fault('NOT_FOUND', 'This job is no longer in the store.', { facts: { job: id } });
    await one.kind.run(work.input, {
      id,
      signal: one.controller.signal,
      resumed: work.checkpoint ?? null,
      report: (progress) => report(one, progress),
      checkpoint(state) {
        if (active.get(id) !== one) return;
        store().transaction((write) => {
          queries.updateCheckpoint(write, id, state);
          queries.updateJob(write, one.row);
        });
      },
      yield: () => pause(one),
      log,
    });
  }

  function report(one: Active, { done, total, unit, note }: JobReport): void {
    if (active.get(one.row.id) !== one) return;
    const at = clock.now();
    one.rate = addSample(one.rate, at, done);
    const rate = rateOf(one.rate);
    one.row = {
      ...one.row,
      progress_json: { done, total, unit, rate, secondsLeft: secondsLeft(done, total, rate), note },
    };
    progressed(one.row);
    if (at - one.savedAt < saveEveryMs) return;
    one.savedAt = at;
    try {
      save(one.row);
    } catch (error) {
      // The kind meets the same trouble when it commits its own work, and answers for it; progress alone ends no job.
      log.warn({ job: one.row.id, code: toErrorData(error).code }, 'progress could not be written');
    }
  }

  async function pause(one: Active): Promise<void> {
    one.controller.signal.throwIfAborted();
    if (active.get(one.row.id) !== one) return;
    book(one);
    if (!mustYield(contender(one), contenders(), served)) return;
    const from = clock.now();
    one.phase = 'parked';
    progressed(one.row);
    await new Promise<void>((resolve) => {
      one.wake = resolve;
      schedule();
    });
    one.rate = skipPause(one.rate, clock.now() - from);
    one.servedFrom = clock.now();
    one.controller.signal.throwIfAborted();
  }

  function unpark(one: Active): void {
    one.phase = 'running';
    one.wake?.();
    one.wake = null;
  }

  function book(one: Active): void {
    const at = clock.now();
    served = serve(served, one.row.workspace, at - one.servedFrom, weightOf(one.row.workspace));
    one.servedFrom = at;
  }

  /** Writes the ends that could not be written when they came, e.g. because the disk was full. */
  function writeEnds(): void {
    for (const row of unwritten.values()) {
      attempt(row, 'the end of a job could not be written', () => {
        save(row);
        unwritten.delete(row.id);
      });
    }
  }

  /** Nothing that goes wrong while a job is settled may keep it from being settled. */
  function attempt({ id, kind }: JobRow, failed: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ job: id, kind, code: toErrorData(error).code }, failed);
    }
  }

  function stop(one: Active, as: 'cancelled' | 'interrupted', reason: Fault): void {
    if (one.phase === 'queued') {
      settle(one, as);
      return;
    }
    if (one.stopsAs !== null) return;
    one.stopsAs = as;
    one.grace = setTimeout(() => {
      log.warn({ job: one.row.id, kind: one.row.kind }, 'a stopped job did not return and was given up');
      settle(one, as);
    }, graceMs);
    one.controller.abort(reason);
    unpark(one);
  }

  function settle(one: Active, state: EndState, thrown?: unknown): void {
    const id = one.row.id;
    // A job that was given up may still return much later.
    if (active.get(id) !== one) return;
    clearTimeout(one.grace);
    if (one.phase !== 'queued') book(one);
    const error = state === 'failed' ? toErrorData(thrown) : null;
    one.row = { ...one.row, state, error_json: error, ended_at: now() };
    if (error !== null) log.warn({ job: id, kind: one.row.kind, code: error.code }, 'a job failed');
    active.delete(id);
    attempt(one.row, 'what a kind does at the end of its job failed', () =>
      one.kind.settled(queries.selectWork(store().read, id)?.input, state),
    );
    unwritten.set(id, one.row);
    writeEnds();
    changed(one.row);
    one.ended.resolve();
    schedule();
  }

  return {
    requireOpen,
    enqueue,
    writeEnds,
    /** Ids of the jobs that are queued or running here. */
    ids: (): string[] => [...active.keys()],
    /** How a job stands that the store does not know better. */
    find(id: string): JobRow | undefined {
      const one = active.get(id);
      if (one === undefined) return unwritten.get(id);
      const { phase, row } = one;
      if (phase !== 'parked' || row.progress_json === null) return row;
      return { ...row, progress_json: { ...row.progress_json, note: 'Waits for more urgent work.' } };
    },
    /** False when it neither waits nor runs here. */
    cancel(id: string): boolean {
      const one = active.get(id);
      if (one) stop(one, 'cancelled', new Fault('CANCELLED', 'Cancelled.'));
      return one !== undefined;
    },
    /** Interrupts every job and resolves when all are settled, at the latest after the grace. */
    async stopAll(reason: Fault, { forGood = false } = {}): Promise<void> {
      closed ||= forGood;
      stopping++;
      const all = [...active.values()];
      for (const one of all) stop(one, 'interrupted', reason);
      await Promise.all(all.map((one) => one.ended.promise));
      if (!forGood) stopping--;
    },
  };
}
