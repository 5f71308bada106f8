import { basename } from 'node:path';
import { Fault, toErrorData } from '../../base/fault.ts';
import { type EngineChannel, type EngineLimits, openChannel, usualLimits } from '../../inference/channel.ts';
import type { HeaderFacts, Inspection } from '../../inference/protocol.ts';
import type { FileDescription, VocabularyDifference } from '../../inference/protocolFiles.ts';
import type { EngineStarter } from '../../inference/starter.ts';

export interface Inspector {
  /** Reads the header of a file in a child process. Faults: MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG, ENGINE_CRASHED. */
  inspect(path: string): Promise<HeaderFacts>;
  /** Many at once, in their order; what is wrong with a file stands in its place. */
  inspectMany(paths: readonly string[]): Promise<Inspection[]>;
  /** All that the file says about itself. Faults: those of `inspect`. */
  describe(path: string): Promise<FileDescription & { facts: HeaderFacts }>;
  /** Token by token. Faults: those of `inspect`. */
  compareVocabularies(one: string, other: string): Promise<VocabularyDifference>;
  close(): Promise<void>;
}

export interface InspectorOptions {
  starter: EngineStarter;
  /** Milliseconds that one header may take; default 10,000. */
  deadlineMs?: number;
  limits?: EngineLimits;
}

/** A header holds a vocabulary of some megabytes at most; what needs more is damaged. */
const memoryCeilingBytes = 512 * 2 ** 20;
/** Milliseconds that the child waits for a next file. */
const lingerMs = 2000;

/** One child reads headers, one after the other: a file that hangs or crashes it costs that file only. */
export function createInspector({ starter, deadlineMs = 10_000, limits = usualLimits }: InspectorOptions): Inspector {
  let channel: EngineChannel | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let linger: NodeJS.Timeout | undefined;
  /** Children that were told to end. */
  let leaving: Promise<unknown> = Promise.resolve();

  /** One question after the other, on a child that is started when there is none. */
  function inTurn<T>(ask: (channel: EngineChannel) => Promise<T>): Promise<T> {
    const result = turn.then(async () => {
      clearTimeout(linger);
      channel ??= start();
      try {
        return await ask(channel);
      } finally {
        linger = setTimeout(() => void rest(), lingerMs);
        linger.unref();
      }
    });
    turn = Promise.allSettled([result]);
    return result;
  }

  /** From here on the child takes no more questions; the next one starts another. */
  async function rest(): Promise<void> {
    const resting = channel;
    channel = undefined;
    if (resting !== undefined) leaving = Promise.allSettled([leaving, resting.stop()]);
    await leaving;
  }

  function start(): EngineChannel {
    const opened = openChannel(starter, 'header reader', { ...limits, memoryCeilingBytes });
    void opened.ended.then(() => {
      if (channel === opened) channel = undefined;
    });
    return opened;
  }

  async function inspect(path: string): Promise<HeaderFacts> {
    const { facts } = await inTurn((open) =>
      open.ask({ type: 'inspect', path }, 'inspected', { deadlineMs, late: overdue(path) }),
    );
    return facts;
  }

  async function inspectMany(paths: readonly string[]): Promise<Inspection[]> {
    if (paths.length === 0) return [];
    try {
      const { results } = await inTurn((open) =>
        open.ask({ type: 'inspectMany', paths: [...paths] }, 'inspectedMany', { deadlineMs: deadlineMs * 3 }),
      );
      return results;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code === 'CANCELLED') throw thrown;
      // One of them took the child along: alone, each pays for itself.
      const results: Inspection[] = [];
      for (const path of paths)
        results.push(
          await inspect(path).then(
            (facts): Inspection => ({ facts }),
            (alone: unknown): Inspection => ({ error: toErrorData(alone) }),
          ),
        );
      return results;
    }
  }

  return {
    inspect,
    inspectMany,
    async describe(path) {
      const asked = { type: 'describe', path } as const;
      return (await inTurn((open) => open.ask(asked, 'described', { deadlineMs, late: overdue(path) }))).description;
    },
    async compareVocabularies(one, other) {
      const asked = { type: 'compareVocabularies', one, other } as const;
      const patience = { deadlineMs: deadlineMs * 2, late: overdue(one, other) };
      return (await inTurn((open) => open.ask(asked, 'vocabulariesCompared', patience))).difference;
    },
    async close() {
      clearTimeout(linger);
      await rest();
    },
  };
}

/** A file that takes this long is not large: something in it goes round in circles. */
const overdue =
  (...paths: string[]) =>
  (seconds: number) =>
    new Fault(
      'ENGINE_HUNG',
      `Reading the header of ${paths.map((path) => basename(path)).join(' and of ')} took longer than ${seconds} s and was ended: ${paths.length === 1 ? 'its chat template' : 'a chat template'} may loop. Other models are not affected; try again, or another file.`,
    );

export const fileNameOf = (path: string) => basename(path.replaceAll('\\', '/')).replace(/\.gguf$/i, '');
