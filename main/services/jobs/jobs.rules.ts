import { type AssayErrorData, isTextTooShort } from '../../../preload/contract/errors.ts';
import type { JobState } from '../../../preload/contract/jobs.ts';
import type { JobKind, JobLane } from '../../base/job.ts';

/** A job as the choice of the next one sees it. */
export interface Contender {
  id: string;
  lane: JobLane;
  workspace: string;
  /** Place in the queue; lower came first. */
  position: number;
  /** parked: has begun and waits between two items for more urgent work to end. */
  phase: 'queued' | 'parked' | 'running';
}

/** How long each workspace has been served, in milliseconds divided by its weight. Absent: not yet. */
export type Served = ReadonlyMap<string, number>;

/** How many jobs of a lane run at once. One each: a machine that is measured does one thing at a time. */
export const laneWidth: Readonly<Record<JobLane, number>> = { interactive: 1, exclusive: 1, batch: 1 };

/** How far (in milliseconds of service) a workspace may get ahead before another one's batch goes on instead. */
export const quantumMs = 10_000;

/**
 * The jobs that may begin or go on now. Interactive before exclusive before batch; while a more urgent lane runs or waits no
 * lower one begins; an exclusive job begins only when nothing runs, and nothing begins beside it.
 */
export function chooseNext(contenders: readonly Contender[], served: Served, width = laneWidth): string[] {
  const running = contenders.filter((one) => one.phase === 'running');
  if (running.some((one) => one.lane === 'exclusive')) return [];
  const waiting = inOrder(contenders, served);
  for (const lane of ['interactive', 'exclusive', 'batch'] as const) {
    const here = waiting.filter((one) => one.lane === lane);
    const busy = running.filter((one) => one.lane === lane).length;
    if (here.length === 0 && busy === 0) continue;
    // Something less urgent is still within an item: it gives way at its next pause.
    if (running.length > busy) return [];
    return here.slice(0, Math.max(0, width[lane] - busy)).map((one) => one.id);
  }
  return [];
}

/** Whether a running batch job has to stop here for another: a more urgent lane, or a workspace that has had less. */
export function mustYield(self: Contender, contenders: readonly Contender[], served: Served): boolean {
  if (self.lane !== 'batch') return false;
  return contenders.some((other) => {
    if (other.phase === 'running') return false;
    if (other.lane !== 'batch') return true;
    return (
      other.workspace !== self.workspace &&
      (served.get(self.workspace) ?? 0) - (served.get(other.workspace) ?? 0) >= quantumMs
    );
  });
}

/** Waiting jobs, the next one first: the least served workspace, then what has already begun, then first come. */
function inOrder(contenders: readonly Contender[], served: Served): Contender[] {
  const begun = (one: Contender) => (one.phase === 'parked' ? 0 : 1);
  return contenders
    .filter((one) => one.phase !== 'running')
    .sort(
      (a, b) =>
        (served.get(a.workspace) ?? 0) - (served.get(b.workspace) ?? 0) ||
        begun(a) - begun(b) ||
        a.position - b.position,
    );
}

/** Books time to a workspace. A greater weight makes the same time count less. */
export function serve(served: Served, workspace: string, ms: number, weight: number): Served {
  return new Map(served).set(workspace, (served.get(workspace) ?? 0) + ms / weight);
}

/** A workspace that comes (back) starts level with the least served of those at work: idle time earns no credit. */
export function arrive(served: Served, workspace: string, atWork: ReadonlySet<string>): Served {
  if (atWork.has(workspace)) return served;
  const others = [...atWork].map((other) => served.get(other) ?? 0);
  const level = others.length === 0 ? 0 : Math.min(...others);
  return new Map(served).set(workspace, Math.max(served.get(workspace) ?? 0, level));
}

/**
 * Whether a person can let an ended job go on. One that never began can always be started, one that can only fail in the same way
 * cannot; `undefined`: its kind is unknown here.
 */
export function isResumable(
  state: JobState,
  recovery: JobKind<unknown>['recovery'] | undefined,
  began: boolean,
  error: AssayErrorData | null,
): boolean {
  if (isTextTooShort(error)) return false;
  if (recovery === undefined || state === 'queued' || state === 'running' || state === 'done') return false;
  return recovery !== 'abandon' || !began;
}
