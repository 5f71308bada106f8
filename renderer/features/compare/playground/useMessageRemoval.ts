import { notifications } from '@mantine/notifications';
import { useCallback, useRef } from 'react';
import { plural } from '../../../lib/numbers.ts';
import { go, useRoute } from '../../../ui-state/index.ts';
import { useRemovals } from '../useRemovals.ts';
import type { useChat } from './data.ts';
import { useRemoveConversation, useRemoveMessage } from './data.ts';
import { below, placesOf, type ShownConversation } from './live.ts';

const open = (id: string | null) => go({ screen: 'compare', id, tab: 'playground' });

/** Deletes a message with all that follows it, with a moment to undo it. */
export function useMessageRemoval(
  conversation: ShownConversation | null,
  { choose }: Pick<ReturnType<typeof useChat>, 'choose'>,
) {
  const removals = useRemovals();
  const { mutateAsync: removeMessage } = useRemoveMessage();
  const { mutateAsync: removeWhole } = useRemoveConversation();
  const lastUndo = useRef<(() => void) | null>(null);
  const latest = useRef({ conversation, choose });
  latest.current = { conversation, choose };

  /** Returns what is looked at in its place. */
  const remove = useCallback(
    (message: string): string | null => {
      const shown = latest.current.conversation;
      if (shown === null) return null;
      const { id, path } = shown.tree;
      const place = placesOf(shown.tree).get(message);
      // The next version in its place is shown then; of a first turn without any nothing is left.
      const beside = place && (place.ids[place.at - 1] ?? place.ids[place.at + 1]);
      const isAll = beside === undefined && path[0] === message;
      const look = (at: string) => latest.current.choose.mutate({ conversation: id, message: at });
      if (beside !== undefined && path.includes(message)) look(beside);
      const said = `${plural(below(shown.tree, message).size, 'message')} deleted.`;
      const removing = isAll ? removeWhole(id) : removeMessage({ conversation: id, message });
      const undone = () => {
        if (isAll) open(id);
        else if (beside !== undefined) look(message);
      };
      const { route } = useRoute.getState();
      void removals(removing, said, undone).then((removed) => {
        // What was refused stays open, and so does where the person went meanwhile.
        if (removed !== null && isAll && useRoute.getState().route === route) open(null);
        lastUndo.current =
          removed &&
          (() => {
            lastUndo.current = null;
            notifications.hide(removed.note);
            removed.undo();
          });
      });
      return beside ?? null;
    },
    [removals, removeMessage, removeWhole],
  );
  const undoLast = useCallback(() => lastUndo.current?.(), []);
  return { remove, undoLast };
}
