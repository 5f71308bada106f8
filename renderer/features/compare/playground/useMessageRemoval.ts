import { notifications } from '@mantine/notifications';
import { useCallback, useMemo, useRef, useState } from 'react';
import { offerUndo, undoFor } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { go, removeLater } from '../../../ui-state/index.ts';
import type { useChat } from './data.ts';
import { useRemoveMessage } from './data.ts';
import { below, placesOf, type ShownConversation, without } from './live.ts';

const open = (id: string | null) => go({ screen: 'compare', id, tab: 'playground' });

/** Deletes a message with all that follows it, with a moment to undo it. `conversation`: as it is shown until then. */
export function useMessageRemoval(
  whole: ShownConversation | null,
  { choose }: Pick<ReturnType<typeof useChat>, 'choose'>,
) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const conversation = useMemo(() => whole && without(whole, hidden), [whole, hidden]);
  const { mutateAsync: carryOut } = useRemoveMessage();
  const lastUndo = useRef<(() => void) | null>(null);
  const latest = useRef({ conversation, choose });
  latest.current = { conversation, choose };

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
      const bringBack = () => setHidden((before) => new Set([...before].filter((one) => one !== message)));
      setHidden((before) => new Set(before).add(message));
      if (beside !== undefined && path.includes(message)) look(beside);
      if (isAll) open(null);
      // What could not be removed is shown again; why is said by the hook.
      const keep = removeLater(message, undoFor, () => {
        if (lastUndo.current === undo) lastUndo.current = null;
        return carryOut({ conversation: id, message }).catch(bringBack);
      });
      const undo = () => {
        keep();
        bringBack();
        notifications.hide(note);
        lastUndo.current = null;
        if (isAll) open(id);
        else if (beside !== undefined) look(message);
      };
      lastUndo.current = undo;
      const note = offerUndo(`${plural(below(shown.tree, message).size, 'message')} deleted.`, undo);
      return beside ?? null;
    },
    [carryOut],
  );
  const undoLast = useCallback(() => lastUndo.current?.(), []);
  return { conversation, remove, undoLast };
}
