import { notifications } from '@mantine/notifications';
import { useCallback, useState } from 'react';
import { useApi } from '../../api/index.ts';
import { removeLater } from '../../ui-state/index.ts';
import classes from './components/HistoryTab.module.css';
import { say } from './data.ts';
import type { SavedPrompt } from './shapes.ts';

/** How long a removal can be undone. It is carried out only then. */
const undoFor = 6000;

/** Deletes saved prompts with a moment to undo it. */
export function useSavedRemoval(onRemoved: () => void) {
  const { client } = useApi();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const remove = useCallback(
    ({ id, name }: SavedPrompt) => {
      const bringBack = () => setHidden((before) => new Set([...before].filter((one) => one !== id)));
      setHidden((before) => new Set(before).add(id));
      onRemoved();
      const undo = removeLater(id, undoFor, () =>
        client.prompts.removeSaved.mutate({ id }).catch((thrown: unknown) => {
          bringBack();
          say('The prompt was not deleted')(thrown);
        }),
      );
      const note = notifications.show({
        autoClose: undoFor,
        message: (
          <span className={classes.undo}>
            <span>“{name}” deleted.</span>
            <button
              type="button"
              onClick={() => {
                undo();
                bringBack();
                notifications.hide(note);
              }}
            >
              Undo
            </button>
          </span>
        ),
      });
    },
    [client, onRemoved],
  );
  return { hidden, remove };
}
