import { useCallback } from 'react';
import type { Removed } from '../../../preload/contract/removals.ts';
import { useApi } from '../../api/index.ts';
import { offerUndo } from '../../design/index.ts';
import { say } from './data.ts';

/**
 * Says what was removed and brings it back on demand; the host hides it at once and deletes it when the time to undo that is over.
 * `undone`: called when it is back. Returns the id of the notification and what undoes it; null: it was not removed, which is said by
 * whoever asked.
 */
export function useRemovals() {
  const { client } = useApi();
  return useCallback(
    async (removing: Promise<Removed>, said: string, undone?: () => void) => {
      const removed = await removing.catch(() => null);
      if (removed === null) return null;
      const undo = () =>
        void client.removals.bringBack
          .mutate({ token: removed.token })
          .then(undone, say('It could not be brought back'));
      return { note: offerUndo(said, undo, removed.until), undo };
    },
    [client],
  );
}
