/** What is done around a subscription without its knowing. */
export interface SubscriptionGuard {
  /** Resolves when the client can take another item; nothing is pulled from the source before. */
  ready?: () => Promise<void>;
  /** Called once with how it ended: `done`, `stopped` by its reader, or the thing that was thrown. */
  ended?: (how: { state: 'done' | 'stopped' } | { state: 'failed'; thrown: unknown }) => void;
  /** Is given a function that breaks the subscription with an error, also while it waits. Returns what takes that back. */
  breakable?: (breakWith: (thrown: Error) => void) => () => void;
}

/** The same items, pulled no faster than the reader reads. Written by hand because a generator cannot be broken while it waits. */
export function guardSubscription<T>(source: AsyncIterable<T>, guard: SubscriptionGuard): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = source[Symbol.asyncIterator]();
      let over = false;
      let broken: Error | null = null;
      let failWaiting: ((thrown: Error) => void) | null = null;
      const unbreakable = guard.breakable?.((thrown) => {
        broken = thrown;
        failWaiting?.(thrown);
      });

      function end(how: Parameters<NonNullable<SubscriptionGuard['ended']>>[0]): void {
        if (over) return;
        over = true;
        unbreakable?.();
        guard.ended?.(how);
      }

      async function step(): Promise<IteratorResult<T>> {
        await guard.ready?.();
        return inner.next();
      }

      return {
        async next() {
          if (over) return { done: true, value: undefined };
          try {
            const result = await new Promise<IteratorResult<T>>((resolve, reject) => {
              if (broken) return reject(broken);
              failWaiting = reject;
              step().then(resolve, reject);
            });
            if (result.done) end({ state: 'done' });
            return result;
          } catch (thrown) {
            end({ state: 'failed', thrown });
            // Its cleanup runs once whatever it waits for has come; nobody waits for that.
            if (broken) inner.return?.().catch(() => undefined);
            throw thrown;
          } finally {
            failWaiting = null;
          }
        },
        async return() {
          end({ state: 'stopped' });
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
