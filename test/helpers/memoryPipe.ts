import type { FramePipe } from '../../main/host/framePipe.ts';

/** One end of a pipe in memory. */
export interface MemoryEnd extends FramePipe {
  bufferedBytes(): number;
  onDrained(listener: () => void): void;
  /** Stops taking frames in, as a client that hangs does; `resume` takes in what has come meanwhile. */
  pause(): void;
  resume(): void;
}

/** Two ends joined without a process or a socket between them. Only text crosses, and never within the call that sends it. */
export function memoryPipe(): { host: MemoryEnd; client: MemoryEnd } {
  const host = createEnd();
  const client = createEnd();
  host.peer = client;
  client.peer = host;
  return { host: host.end, client: client.end };
}

interface Half {
  end: MemoryEnd;
  peer: Half | null;
  take(frame: string): void;
  waiting(): number;
  drained(): void;
  ended(): void;
}

function createEnd(): Half {
  let listen: ((frame: string) => void) | null = null;
  const closeListeners: (() => void)[] = [];
  const drainListeners: (() => void)[] = [];
  let queue: string[] = [];
  let queued = 0;
  let open = true;
  let paused = false;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || paused || !listen || queue.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      const batch = queue;
      queue = [];
      for (const [index, frame] of batch.entries()) {
        if (!open) return;
        if (paused) {
          queue = [...batch.slice(index), ...queue];
          break;
        }
        queued -= frame.length;
        listen?.(frame);
      }
      half.peer?.drained();
    });
  }

  const half: Half = {
    peer: null,
    take(frame) {
      if (!open) return;
      queue.push(frame);
      queued += frame.length;
      schedule();
    },
    waiting: () => queued,
    drained: () => {
      for (const listener of drainListeners) listener();
    },
    ended() {
      if (!open) return;
      open = false;
      queue = [];
      queued = 0;
      for (const listener of closeListeners) listener();
    },
    end: {
      send: (frame) => {
        if (open) half.peer?.take(frame);
      },
      onFrame(listener) {
        listen = listener;
        schedule();
      },
      onClose(listener) {
        if (open) closeListeners.push(listener);
        else listener();
      },
      close() {
        if (!open) return;
        half.ended();
        // What was sent before the end still arrives, as on a socket.
        setImmediate(() => setImmediate(() => half.peer?.ended()));
      },
      bufferedBytes: () => half.peer?.waiting() ?? 0,
      onDrained: (listener) => void drainListeners.push(listener),
      pause: () => {
        paused = true;
      },
      resume() {
        paused = false;
        schedule();
      },
    },
  };
  return half;
}
