import { basename } from 'node:path';
import { type EngineChannel, type EngineLimits, openChannel, usualLimits } from '../../inference/channel.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import type { EngineStarter } from '../../inference/starter.ts';

export interface Inspector {
  /** Reads the header of a file in a child process. Faults: MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_UNSUPPORTED, ENGINE_HUNG, ENGINE_CRASHED. */
  inspect(path: string): Promise<HeaderFacts>;
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

  async function ask(path: string): Promise<HeaderFacts> {
    clearTimeout(linger);
    channel ??= start();
    const open = channel;
    try {
      const { facts } = await open.ask({ type: 'inspect', path }, 'inspected', { deadlineMs });
      return facts;
    } finally {
      linger = setTimeout(() => void channel?.stop(), lingerMs);
      linger.unref();
    }
  }

  function start(): EngineChannel {
    const opened = openChannel(starter, 'header reader', { ...limits, memoryCeilingBytes });
    void opened.ended.then(() => {
      if (channel === opened) channel = undefined;
    });
    return opened;
  }

  return {
    inspect(path) {
      const result = turn.then(() => ask(path));
      turn = Promise.allSettled([result]);
      return result;
    },
    async close() {
      clearTimeout(linger);
      await channel?.stop();
    },
  };
}

export const fileNameOf = (path: string) => basename(path.replaceAll('\\', '/')).replace(/\.gguf$/i, '');
