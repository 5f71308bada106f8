import { readFileSync } from 'node:fs';
import { Fault, fromErrorData } from '../base/fault.ts';
import { exitReason } from './exitReason.ts';
import { type EngineEvent, type EngineRequest, engineEvent, protocolVersion } from './protocol.ts';
import { type EngineExit, type EngineProcess, type EngineStarter, processTitle } from './starter.ts';

export interface EngineLimits {
  /** Milliseconds from the start of the process to its first word. */
  startMs: number;
  /** Milliseconds without a sign of life after which the process counts as hung. */
  hangMs: number;
  /** Milliseconds that a cancelled request, or a stop, may take before the process is killed. */
  cancelMs: number;
  /** Resident bytes above which the process is killed. */
  memoryCeilingBytes?: number;
}

export const usualLimits: EngineLimits = { startMs: 60_000, hangMs: 30_000, cancelMs: 2_000 };

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;
export type EngineQuestion = WithoutId<Exclude<EngineRequest, { type: 'cancel' }>>;
/** What comes before the answer to a request, and what belongs to none. */
type Aside = Extract<
  EngineEvent,
  { type: 'ready' | 'pong' | 'progress' | 'trying' | 'started' | 'tokens' | 'labAside' }
>;
type Answer = Exclude<EngineEvent, Aside | { type: 'failed' }>;

export interface AskOptions {
  signal?: AbortSignal;
  /** Milliseconds after which the process is killed and the request fails as hung. */
  deadlineMs?: number;
  /** What the request is told when the deadline has passed; default: a sentence about the engine by its label. */
  late?: (seconds: number) => Fault;
  /** Progress, tokens and whatever else comes before the answer. */
  onEvent?: (event: EngineEvent) => void;
}

/** One engine process, and the requests that wait for it. */
export interface EngineChannel {
  readonly pid: number | undefined;
  /** Of the last report; 0 before the first. */
  readonly residentBytes: number;
  /** Rejects with the engine's fault, CANCELLED, ENGINE_CRASHED, ENGINE_HUNG or NOT_ENOUGH_MEMORY. */
  ask<T extends Answer['type']>(
    question: EngineQuestion,
    answer: T,
    options?: AskOptions,
  ): Promise<Extract<Answer, { type: T }>>;
  /** Lets the process free its model and exit; kills it when that takes too long. */
  stop(): Promise<void>;
  kill(): void;
  /** Resolves when the process has ended; undefined when that was asked for. */
  readonly ended: Promise<Fault | undefined>;
}

interface Pending {
  question: EngineQuestion;
  settle(answer: Answer | Fault): void;
  onEvent?: (event: EngineEvent) => void;
}

/** Signs of life that may be missed, evenly spread over the hang time. */
const beats = 6;
const keptErrorOutput = 8192;

export function openChannel(starter: EngineStarter, label: string, limits: EngineLimits = usualLimits): EngineChannel {
  const process = starter.start({ label: processTitle(label), memoryCeilingBytes: limits.memoryCeilingBytes });
  const pending = new Map<number, Pending>();
  const timers = new Set<NodeJS.Timeout>();
  let nextId = 1;
  let residentBytes = 0;
  let errorOutput = '';
  /** Why this side ended the process; decides what its requests are told. */
  let reason: Fault | 'asked' | undefined;
  let finished = false;
  let conclude: (fault: Fault | undefined) => void = () => {};
  const ended = new Promise<Fault | undefined>((resolve) => {
    conclude = resolve;
  });

  const end = (why: Fault | 'asked') => {
    if (finished || reason instanceof Fault) return;
    reason = why;
    process.kill();
  };
  const overdue = (seconds: number) => hung(label, `it took longer than ${seconds} s`);
  const startDeadline = setTimeout(
    () => end(hung(label, `it did not start within ${limits.startMs / 1000} s`)),
    limits.startMs,
  );
  timers.add(startDeadline);
  // Its start has a deadline of its own.
  let heart: ReturnType<typeof watchHeart> | undefined;
  const beginHeart = () =>
    watchHeart(process, limits, () => end(hung(label, `it gave no sign of life for ${limits.hangMs / 1000} s`)));
  const memory = setInterval(() => {
    residentBytes = residentBytesOf(process.pid) ?? residentBytes;
    const ceiling = limits.memoryCeilingBytes;
    if (ceiling !== undefined && residentBytes > ceiling) end(tooMuchMemory(label, residentBytes, ceiling));
  }, 1000);

  process.onErrorOutput?.((text) => {
    errorOutput = (errorOutput + text).slice(-keptErrorOutput);
  });
  process.onMessage((message) => {
    heart?.beat();
    const parsed = engineEvent.safeParse(message);
    if (!parsed.success) return end(misunderstood(label));
    const event = parsed.data;
    if (event.type === 'ready') {
      clearTimeout(startDeadline);
      if (!finished) heart ??= beginHeart();
      if (event.protocol !== protocolVersion)
        end(new Fault('ENGINE_UNAVAILABLE', 'The engine is of another build than the app. Reinstall Assay.'));
    } else if (event.type === 'pong') {
      residentBytes = event.residentBytes;
    } else {
      const waiting = pending.get(event.id);
      if (event.type === 'failed') waiting?.settle(fromErrorData(event.error));
      else if (isAside(event)) waiting?.onEvent?.(event);
      else waiting?.settle(event);
    }
  });
  process.onExit((exit) => {
    finished = true;
    heart?.stop();
    clearInterval(memory);
    for (const timer of timers) clearTimeout(timer);
    const fault = reason === undefined ? crashed(label, exit, errorOutput) : reason;
    for (const waiting of [...pending.values()]) waiting.settle(fault === 'asked' ? stopped(label) : fault);
    conclude(fault === 'asked' ? undefined : fault);
  });

  return {
    get pid() {
      return process.pid;
    },
    get residentBytes() {
      return residentBytes;
    },
    ended,
    ask(question, answer, { signal, deadlineMs, late = overdue, onEvent } = {}) {
      type Wanted = Extract<Answer, { type: typeof answer }>;
      return new Promise<Wanted>((resolve, reject) => {
        if (finished || reason !== undefined) return reject(reason instanceof Fault ? reason : stopped(label));
        if (signal?.aborted) return reject(new Fault('CANCELLED', 'Cancelled.'));
        const id = nextId++;
        let patience: NodeJS.Timeout | undefined;
        const cancel = () => {
          process.send({ type: 'cancel', id } satisfies EngineRequest);
          patience = later(limits.cancelMs, () => {
            pending.get(id)?.settle(new Fault('CANCELLED', 'Cancelled.'));
            end(
              new Fault(
                'ENGINE_CRASHED',
                `The engine of ${label} was ended because a cancelled request on it did not stop. Try again; the model is loaded anew.`,
              ),
            );
          });
        };
        const deadline = deadlineMs === undefined ? undefined : later(deadlineMs, () => end(late(deadlineMs / 1000)));
        const settle = (result: Answer | Fault) => {
          pending.delete(id);
          forget(patience);
          forget(deadline);
          signal?.removeEventListener('abort', cancel);
          if (result instanceof Fault) reject(result);
          else if (isAnswer(result, answer)) resolve(result);
          else reject(new Fault('INTERNAL', `The engine answered ${result.type} where ${answer} was expected.`));
        };
        pending.set(id, { question, settle, onEvent });
        signal?.addEventListener('abort', cancel, { once: true });
        process.send({ ...question, id });
      });
    },
    async stop() {
      if (finished) return;
      reason ??= 'asked';
      process.send({ type: 'stop' } satisfies EngineRequest);
      const timer = later(limits.cancelMs, () => process.kill());
      await ended;
      forget(timer);
    },
    kill: () => end('asked'),
  };

  function later(milliseconds: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(work, milliseconds);
    timers.add(timer);
    return timer;
  }
  function forget(timer: NodeJS.Timeout | undefined): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timers.delete(timer);
  }
}

function isAside(event: EngineEvent): event is Aside {
  return ['ready', 'pong', 'progress', 'trying', 'started', 'tokens', 'labAside'].includes(event.type);
}

function isAnswer<T extends Answer['type']>(answer: Answer, type: T): answer is Extract<Answer, { type: T }> {
  return answer.type === type;
}

/** Pings, and counts pings in a row that nothing answered. A late tick of our own (a suspended machine) counts for nothing. */
function watchHeart(process: EngineProcess, limits: EngineLimits, onStill: () => void): { beat(): void; stop(): void } {
  const interval = limits.hangMs / beats;
  let missed = 0;
  let sequence = 0;
  let tickedAt = performance.now();
  const timer = setInterval(() => {
    const late = performance.now() - tickedAt > interval * 2;
    tickedAt = performance.now();
    missed = late ? 0 : missed + 1;
    if (missed > beats) onStill();
    else process.send({ type: 'ping', sequence: sequence++ } satisfies EngineRequest);
  }, interval);
  return {
    beat() {
      missed = 0;
    },
    stop: () => clearInterval(timer),
  };
}

/** On Linux from the kernel, which also answers for a process that hangs; elsewhere the process tells it itself. */
function residentBytesOf(pid: number | undefined): number | undefined {
  if (pid === undefined || globalThis.process.platform !== 'linux') return undefined;
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch (thrown) {
    // Between the end of the process and the word of it there is no such file.
    if (thrown instanceof Error && 'code' in thrown) return undefined;
    throw thrown;
  }
}

function crashed(label: string, exit: EngineExit, errorOutput: string): Fault {
  const { what, meaning } = exitReason(exit, errorOutput);
  return new Fault(
    'ENGINE_CRASHED',
    `The engine of ${label} ended unexpectedly (${what}). Probably ${meaning}. Other models are not affected; try again, or another file or setting.`,
    {
      facts: { exitCode: exit.code, signal: exit.signal },
    },
  );
}

const misunderstood = (label: string) =>
  new Fault(
    'ENGINE_CRASHED',
    `The engine of ${label} sent what is no message of an engine, and was ended. Try again; if it happens again, reinstall Assay.`,
  );
const hung = (label: string, how: string) =>
  new Fault(
    'ENGINE_HUNG',
    `The engine of ${label} hung (${how}) and was ended. Other models are not affected; try again, or another file or setting.`,
  );
const stopped = (label: string) => new Fault('ENGINE_DOWN', `The engine of ${label} was stopped.`);
const tooMuchMemory = (label: string, bytes: number, ceiling: number) =>
  new Fault(
    'NOT_ENOUGH_MEMORY',
    `The engine of ${label} took ${mebibytes(bytes)} MiB, more than the ${mebibytes(ceiling)} MiB it may take, and was ended. Choose a smaller context.`,
    {
      facts: { residentBytes: bytes, ceilingBytes: ceiling },
    },
  );
const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
