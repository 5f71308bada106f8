import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { Fault, isAbort, toErrorData } from '../base/fault.ts';
import { type EngineChannel, type EngineLimits, openChannel, usualLimits } from './channel.ts';
import type {
  DivergenceEvent,
  DivergenceResult,
  DivergenceWork,
  ImatrixResult,
  ImatrixWork,
  InspectAnswer,
  InspectorWork,
  InspectQuestion,
  LabAnswer,
  LabAside,
  LabProbe,
  LabProgress,
  LabRequest,
  PlanResult,
  PlanWork,
  QuantizeResult,
  QuantizeWork,
} from './protocolLab.ts';
import { divergenceWork, imatrixWork, inspectorWork, inspectQuestion, planWork, quantizeWork } from './protocolLab.ts';
import type { EngineStarter } from './starter.ts';

export type * from './protocolLab.ts';

/** Models kept loaded to look at single positions. */
export interface Inspector {
  /** BAD_INPUT when there is no such chunk or position. */
  at(question: InspectQuestion, signal?: AbortSignal): Promise<InspectAnswer>;
  close(): Promise<void>;
}

/**
 * The native addon in engine processes of its own, one for each piece of work. An abort ends the process at once, whatever it does,
 * and leaves no partial file. Failures are Faults: ENGINE_UNAVAILABLE when the addon is not there (ask `probe`),
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

/** Milliseconds that are waited for the end of a process that was killed; the memory of a large model takes the system longer to take back. */
const patienceMs = 50;

export interface LabOptions {
  starter: EngineStarter;
  /** Told of each failure of a process, with its code and sentence. */
  onFailure?: (fault: Fault) => void;
  limits?: EngineLimits;
}

export function createLab({ starter, onFailure = () => {}, limits = usualLimits }: LabOptions): Lab {
  const channels = new Set<EngineChannel>();
  const removals = new Set<Promise<void>>();
  let probed: Promise<LabProbe> | undefined;
  let closed = false;

  function openProcess(label: string): EngineChannel {
    if (closed) throw new Fault('ENGINE_DOWN', 'The lab was closed.');
    const channel = openChannel(starter, label, limits);
    channels.add(channel);
    void channel.ended.then((fault) => {
      channels.delete(channel);
      if (fault !== undefined) onFailure(fault);
    });
    return channel;
  }

  async function probeNow(): Promise<LabProbe> {
    const channel = openProcess('lab: probe');
    try {
      return answerOf(await channel.ask({ type: 'lab', work: { kind: 'probe' } }, 'labDone'), 'probe').probe;
    } catch (thrown) {
      return {
        available: false,
        reason: `The native addon of the lab ended the process that tried it: ${toErrorData(thrown).message}`,
        remedy: 'Build it again (npm run build:native), or reinstall Assay. Everything else works without the lab.',
      };
    } finally {
      await channel.stop();
    }
  }

  /** One process for one piece of work: what it says comes as it is said, its answer last. */
  async function* follow(
    label: string,
    work: LabRequest,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LabAside, LabAnswer, void> {
    signal?.throwIfAborted();
    const channel = openProcess(label);
    const stop = new AbortController();
    const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    const said: LabAside[] = [];
    let wake: () => void = () => {};
    let settled = false;
    let made = false;
    // The process has nothing that is worth waiting for.
    either.addEventListener('abort', () => {
      channel.kill();
      wake();
    });
    const asked = channel
      .ask({ type: 'lab', work }, 'labDone', {
        onEvent(event) {
          if (event.type !== 'labAside') return;
          said.push(event.event);
          wake();
        },
      })
      .finally(() => {
        settled = true;
        wake();
      });
    // Whoever stops reading early has no use for why the work then failed.
    asked.catch(() => undefined);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const next = said.shift();
        if (next !== undefined) yield next;
        else if (settled) {
          const { answer } = await asked;
          made = true;
          return answer;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } catch (thrown) {
      throw signal?.aborted || isAbort(thrown) ? new Fault('CANCELLED', 'Cancelled.', { cause: thrown }) : thrown;
    } finally {
      // What was made is in its place by now.
      const partial = !made && 'partial' in work ? work.partial : undefined;
      if (settled && !either.aborted) await channel.stop();
      else {
        stop.abort();
        await Promise.race([channel.ended, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
      }
      await removePartial(partial, channel.ended);
    }
  }

  /** Now, and once more when nothing can write it any longer. */
  async function removePartial(path: string | undefined, ended: Promise<unknown>): Promise<void> {
    if (path === undefined) return;
    const last = ended.then(() => rm(path, { force: true })).finally(() => removals.delete(last));
    removals.add(last);
    // Windows does not take away what a process has open; it goes with that.
    await rm(path, { force: true }).catch(() => undefined);
  }

  async function* progressOf<Result>(
    label: string,
    work: LabRequest,
    signal: AbortSignal | undefined,
    resultOf: (answer: LabAnswer) => Result,
  ): AsyncGenerator<LabProgress, Result, void> {
    const running = follow(label, work, signal);
    try {
      for (;;) {
        const next = await running.next();
        if (next.done) return resultOf(next.value);
        if (next.value.type === 'progress') {
          const { done, total, note } = next.value;
          yield { done, total, note };
        }
      }
    } finally {
      await running.return({ kind: 'open inspector' });
    }
  }

  return {
    probe() {
      probed ??= probeNow();
      return probed;
    },
    quantize(work, signal) {
      const parsed = quantizeWork.parse(work);
      const label = `lab: ${parsed.type} of ${basename(parsed.input)}`;
      return progressOf(
        label,
        { kind: 'quantize', work: parsed, partial: partialOf(parsed) },
        signal,
        (answer) => answerOf({ answer }, 'quantize').result,
      );
    },
    imatrix(work, signal) {
      const parsed = imatrixWork.parse(work);
      const label = `lab: importance matrix of ${basename(parsed.model)}`;
      return progressOf(
        label,
        { kind: 'imatrix', work: parsed, partial: partialOf(parsed) },
        signal,
        (answer) => answerOf({ answer }, 'imatrix').result,
      );
    },
    async plan(work, signal) {
      const parsed = planWork.parse(work);
      const running = follow(`lab: ${basename(parsed.model)}`, { kind: 'plan', work: parsed }, signal);
      for (;;) {
        const next = await running.next();
        if (next.done) return answerOf({ answer: next.value }, 'plan').result;
      }
    },
    async *divergence(work, signal) {
      const parsed = divergenceWork.parse(work);
      const first = parsed.reference ?? parsed.candidates[0];
      const label = `lab: divergence from ${basename(first?.path ?? 'a base file')}`;
      const { saveBase, partialBase } = parsed;
      const partial = saveBase === undefined ? undefined : (partialBase ?? partialOf({ output: saveBase }));
      const running = follow(label, { kind: 'divergence', work: parsed, partial }, signal);
      try {
        for (;;) {
          const next = await running.next();
          if (next.done) return answerOf({ answer: next.value }, 'divergence').result;
          if (next.value.type !== 'progress') yield next.value;
        }
      } finally {
        await running.return({ kind: 'open inspector' });
      }
    },
    async inspector(work, signal) {
      const parsed = inspectorWork.parse(work);
      const channel = openProcess(`lab: look into ${basename(parsed.models[0]?.path ?? 'a model')}`);
      try {
        await channel.ask({ type: 'lab', work: { kind: 'open inspector', work: parsed } }, 'labDone', { signal });
      } catch (thrown) {
        await channel.stop();
        throw thrown;
      }
      return {
        async at(question, asking) {
          const look = { kind: 'look' as const, question: inspectQuestion.parse(question) };
          return answerOf(await channel.ask({ type: 'lab', work: look }, 'labDone', { signal: asking }), 'look').answer;
        },
        close: () => channel.stop(),
      };
    },
    async close() {
      closed = true;
      await Promise.all([...channels].map((channel) => channel.stop()));
      await Promise.all(removals);
    },
  };
}

function answerOf<K extends LabAnswer['kind']>(
  { answer }: { answer: LabAnswer },
  kind: K,
): Extract<LabAnswer, { kind: K }> {
  if (!isAnswer(answer, kind))
    throw new Fault('INTERNAL', `The lab answered ${answer.kind} where ${kind} was expected.`);
  return answer;
}

function isAnswer<K extends LabAnswer['kind']>(answer: LabAnswer, kind: K): answer is Extract<LabAnswer, { kind: K }> {
  return answer.kind === kind;
}

/** Beside the place where it goes, so that moving it there is one step. */
function partialOf({ output, inPlace }: { output: string; inPlace?: boolean }): string {
  return inPlace === true ? output : `${output}.${randomBytes(4).toString('hex')}.partial`;
}
