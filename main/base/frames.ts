/** Milliseconds of one frame at 60 Hz. */
const frameMs = 1000 / 60;

/** The pace of one watcher. */
export interface Frames {
  /** Something new is there. Costs nothing however often it is called. */
  mark(): void;
  /** No more will come; `next` still resolves true once for what was marked before. */
  end(): void;
  /** Resolves true when something is new and a frame has passed since it last did, false when ended or aborted. */
  next(): Promise<boolean>;
}

/** Lets a watcher pull at most once a frame. What happens in between piles up nowhere: the watcher reads the state of then. */
export function createFrames(signal: AbortSignal, everyMs: number = frameMs): Frames {
  let marked = false;
  let ended = false;
  let last = Number.NEGATIVE_INFINITY;
  let wake: (() => void) | undefined;

  /** Resolves when woken by mark, end or abort, or after `ms` when given. */
  function sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(finish, ms);
      function finish(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        wake = undefined;
        resolve();
      }
      if (ms === undefined) wake = finish;
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  return {
    mark() {
      marked = true;
      wake?.();
    },
    end() {
      ended = true;
      wake?.();
    },
    async next() {
      while (!marked && !ended && !signal.aborted) await sleep();
      if (signal.aborted || !marked) return false;
      const wait = last + everyMs - performance.now();
      if (wait > 0 && !ended) await sleep(wait);
      if (signal.aborted) return false;
      marked = false;
      last = performance.now();
      return true;
    },
  };
}
