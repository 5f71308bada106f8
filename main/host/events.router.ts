import type { Change, Topic } from '../../preload/contract/topics.ts';
import type { Changes } from '../base/changes.ts';
import { open, router } from '../base/procedure.ts';

/** What changed, for caches. Open while locked, because it says no more than that something changed. */
export function createEventsRouter(changes: Changes) {
  return router({
    /** Each change from now on. A slow client gets the latest of each topic once, not all of them. */
    changes: open.subscription(({ signal }) => latestChanges(changes, signal ?? new AbortController().signal)),
  });
}

async function* latestChanges(changes: Changes, signal: AbortSignal): AsyncGenerator<Change, void> {
  const latest = new Map<Topic, Change>();
  let wake: () => void = () => undefined;
  const stopListening = changes.listen((change) => {
    latest.set(change.topic, change);
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      const next = latest.values().next();
      if (next.done) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      } else {
        latest.delete(next.value.topic);
        yield next.value;
      }
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
