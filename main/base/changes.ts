import type { Change, Topic } from '../../preload/contract/topics.ts';

/** Tells those who listen that something of a topic changed; carries no data, so a lost event costs a late refresh at most. */
export interface Changes {
  announce(topic: Topic): void;
  /** Returns the function that ends the subscription. */
  listen(listener: (change: Change) => void): () => void;
}

export function createChanges(): Changes {
  const versions = new Map<Topic, number>();
  const listeners = new Set<(change: Change) => void>();
  return {
    announce(topic) {
      const version = (versions.get(topic) ?? 0) + 1;
      versions.set(topic, version);
      for (const listener of listeners) listener({ topic, version });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
