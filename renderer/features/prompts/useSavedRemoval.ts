import { useCallback, useState } from 'react';
import { useApi } from '../../api/index.ts';
import { offerUndo, undoFor } from '../../design/index.ts';
import { removeLater } from '../../ui-state/index.ts';
import { say } from './data.ts';
import type { SavedPrompt } from './shapes.ts';

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
      offerUndo(`“${name}” deleted.`, () => {
        undo();
        bringBack();
      });
    },
    [client, onRemoved],
  );
  return { hidden, remove };
}
