/** Turns a listener into an async iterable: what is pushed waits until it is asked for. */
export interface EventStream<T> extends AsyncIterable<T> {
  push(event: T): void;
  end(): void;
  fail(reason: unknown): void;
}

export function createEventStream<T>(): EventStream<T> {
  let waiting: T[] = [];
  let wake: (() => void) | undefined;
  let over: { failed: boolean; reason?: unknown } | undefined;
  const signal = () => {
    wake?.();
    wake = undefined;
  };
  return {
    push(event) {
      waiting.push(event);
      signal();
    },
    end() {
      over ??= { failed: false };
      signal();
    },
    fail(reason) {
      over ??= { failed: true, reason };
      signal();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const events = waiting;
        waiting = [];
        yield* events;
        if (waiting.length > 0) continue;
        if (over?.failed) throw over.reason;
        if (over !== undefined) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
