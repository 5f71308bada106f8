import type { FramePipe } from './framePipe.ts';

/** Subscriptions are not pulled while more than this is on its way to the client. Larger than a client's step of acknowledging. */
const highWaterBytes = 256 * 1024;

/** A client that has this much outstanding reads no more at all: its connection is ended. Room for a few largest answers. */
const abandonBytes = 256 * 1024 * 1024;
const abandoned = 'The connection was closed because the client did not read what it had asked for.';

/** A subscription that always has more to give lets the rest of the process run after this long. */
const breathAfterMs = 4;

export interface Flow {
  /** Resolves when the client can take more, the signal is aborted or the connection has ended. Often enough not in the same turn. */
  ready(signal: AbortSignal | undefined): Promise<void>;
  /** To be called after each frame: ends the connection of a client that asks and never reads. */
  sent(): void;
  end(): void;
}

let turnBegan = 0;

/** Shared by all connections: what matters is how long the event loop has not turned. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  turnBegan = performance.now();
}

/** Paces what is sent into a pipe by what its client takes in. */
export function createFlow(pipe: FramePipe): Flow {
  const waiting = new Set<() => void>();
  let ended = false;
  const buffered = () => pipe.bufferedBytes?.() ?? 0;

  pipe.onDrained?.(() => {
    if (buffered() <= highWaterBytes) release();
  });

  function release(): void {
    for (const resume of [...waiting]) resume();
  }

  return {
    async ready(signal) {
      if (performance.now() - turnBegan > breathAfterMs) await nextTurn();
      if (ended || signal?.aborted || buffered() <= highWaterBytes) return;
      await new Promise<void>((resolve) => {
        function resume(): void {
          waiting.delete(resume);
          signal?.removeEventListener('abort', resume);
          resolve();
        }
        waiting.add(resume);
        signal?.addEventListener('abort', resume, { once: true });
      });
    },
    sent() {
      if (!ended && buffered() > abandonBytes) pipe.close(abandoned);
    },
    end() {
      ended = true;
      release();
    },
  };
}
