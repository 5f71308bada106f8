import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';
import { type Topic, topic } from '../../preload/contract/topics.ts';
import type { Connected } from './connect.ts';

/**
 * Has the queries of a domain asked again when the host says that its topic changed, and all of them after a break.
 * When the store is locked, what it held is dropped from memory at once. Returns what ends it.
 */
export function followChanges(
  { client, connection }: Pick<Connected, 'client' | 'connection'>,
  queries: QueryClient,
): () => void {
  const subscription = client.events.changes.subscribe(undefined, {
    onData: (change) => void refresh(change.topic),
    // The host ends it only when it stops; the reconnection that follows refreshes everything.
    onError: () => void askAgain(queries),
  });
  const unsubscribe = connection.subscribe((now, before) => {
    if (now.state === 'open' && before.openings > 0 && now.openings > before.openings) void refresh('vault');
  });

  async function refresh(changed: Topic): Promise<void> {
    if (changed !== 'vault') {
      await askAgain(queries, { queryKey: [[changed]] });
      return;
    }
    const locked = await client.vault.status.query().then(
      (status) => status.state !== 'unlocked',
      () => true,
    );
    if (locked) {
      for (const held of topic.options.filter((one) => one !== 'vault')) {
        queries.removeQueries({ queryKey: [[held]], type: 'inactive' });
        // What a screen still shows is emptied too; asking again then answers LOCKED.
        void queries.resetQueries({ queryKey: [[held]], type: 'active' });
      }
    }
    await askAgain(queries);
  }

  return () => {
    unsubscribe();
    subscription.unsubscribe();
  };
}

/**
 * What is asked for the first time at this moment may be answered from before the change, and is not asked anew while its answer is
 * awaited: it is asked once more after it.
 */
export async function askAgain(queries: QueryClient, which: InvalidateQueryFilters = {}): Promise<void> {
  const first = queries
    .getQueryCache()
    .findAll({ ...which, fetchStatus: 'fetching' })
    .filter(({ state }) => state.data === undefined);
  await queries.invalidateQueries(which);
  if (first.length > 0) await queries.invalidateQueries({ predicate: (query) => first.includes(query) });
}
