import type { Connection } from './open.ts';

/** A log of so many pages (48 MiB) is folded in without a pause in the writing. `docs/decisions/0022`. */
const longLogPages = 12_000;
/** So many pages take some milliseconds: no thread is worth its start for them. */
const shortLogPages = 500;
/** How long nothing must be written before the log is folded in. */
const foldInAfterMs = 1000;
/** Longest wait for a thread that folds in: a pass over a long log takes less than a second. */
const longestWaitMs = 30_000;

/** When the write-ahead log is folded into the database: in the first pause, and without one when it is long. */
export interface LogFolding {
  /** Something was committed. */
  committed(): void;
  /** Returns when nobody folds in any more; whoever asks for the whole log, or closes the database, asks this first. Blocks. */
  settle(): void;
  /** Settles, and begins nothing more. */
  close(): void;
}

/**
 * `beside` does `foldLog` on a thread of its own, with a connection of its own and the gate that it is given: a long log takes half a
 * second. Without it the log is folded in here.
 */
export function createLogFolding(
  writer: Connection,
  beside?: (gate: SharedArrayBuffer) => Promise<unknown>,
): LogFolding {
  const noop = writer.prepare<unknown[], LogState>('pragma wal_checkpoint(noop)');
  /** None where it cannot be told: what was committed is committed, and whoever writes next is told what is wrong with the disk. */
  function waiting(): number {
    try {
      return pagesWaiting(noop.get());
    } catch {
      return 0;
    }
  }
  let pause: NodeJS.Timeout | undefined;
  let gate: FoldingGate | null = null;
  let failed = false;
  let closed = false;

  function foldHere(): void {
    try {
      writer.pragma('wal_checkpoint(passive)');
    } catch {
      // The log keeps what it has: the next pause tries again, and whoever writes is told what is wrong with the disk.
    }
  }

  async function foldBeside(fold: NonNullable<typeof beside>): Promise<void> {
    gate = new FoldingGate(new SharedArrayBuffer(8));
    try {
      await fold(gate.shared);
    } catch {
      failed = true;
    } finally {
      gate = null;
    }
    // What was written meanwhile: with it the log is whole in the file and begins anew, else it would go on growing behind what is.
    if (closed) return;
    if (waiting() <= 2 * shortLogPages) foldHere();
    pause?.refresh();
  }

  function inPause(): void {
    if (closed || gate !== null) return;
    failed = false;
    if (beside !== undefined && waiting() > shortLogPages) void foldBeside(beside);
    else foldHere();
    try {
      writer.pragma('shrink_memory');
    } catch {
      // It is given back in another pause.
    }
  }

  return {
    committed() {
      pause ??= setTimeout(inPause, foldInAfterMs).unref();
      pause.refresh();
      if (beside !== undefined && gate === null && !failed && waiting() >= longLogPages) void foldBeside(beside);
    },
    settle() {
      gate?.end();
    },
    close() {
      closed = true;
      clearTimeout(pause);
      gate?.end();
    },
  };
}

interface LogState {
  log: number;
  checkpointed: number;
}

const pagesWaiting = ({ log, checkpointed }: LogState = { log: 0, checkpointed: 0 }) => log - checkpointed;

/**
 * What the thread does: passes over the log until what the host has written meanwhile is little, for it can only begin anew when it is
 * whole in the file. Each pass is shorter than the one before, as folding in is quicker than writing.
 */
export function foldLog(open: () => Connection, shared: SharedArrayBuffer): void {
  const gate = new FoldingGate(shared);
  if (!gate.enter()) return;
  try {
    const connection = open();
    try {
      const noop = connection.prepare<unknown[], LogState>('pragma wal_checkpoint(noop)');
      for (let pass = 0; pass < 10 && !gate.isEnding; pass++) {
        connection.pragma('wal_checkpoint(passive)');
        if (pagesWaiting(noop.get()) < shortLogPages / 2) break;
      }
    } finally {
      connection.close();
    }
  } finally {
    gate.leave();
  }
}

const notBegun = 0;
const atWork = 1;
const over = 2;

/** Lets the host wait for the thread without its event loop: a database must not be closed while another connection folds it in. */
class FoldingGate {
  readonly shared: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #ending: Int32Array;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#state = new Int32Array(shared, 0, 1);
    this.#ending = new Int32Array(shared, 4, 1);
  }

  enter(): boolean {
    return Atomics.compareExchange(this.#state, 0, notBegun, atWork) === notBegun;
  }

  leave(): void {
    Atomics.store(this.#state, 0, over);
    Atomics.notify(this.#state, 0);
  }

  get isEnding(): boolean {
    return Atomics.load(this.#ending, 0) === 1;
  }

  /** Blocks until the pass that is at work has ended; one that has not begun never does. */
  end(): void {
    Atomics.store(this.#ending, 0, 1);
    if (Atomics.compareExchange(this.#state, 0, notBegun, over) === atWork)
      Atomics.wait(this.#state, 0, atWork, longestWaitMs);
  }
}
