import { useState } from 'react';
import { offerUndo, undoFor } from '../../design/index.ts';
import { removeLater } from '../../ui-state/index.ts';

/** What is no longer shown because it is about to be deleted, and what takes it there with a moment to undo it. */
export function useRemovals(carryOut: (id: string) => Promise<unknown>) {
  const [removed, setRemoved] = useState<readonly string[]>([]);

  function remove(id: string, said: string) {
    setRemoved((before) => [...before, id]);
    const bringBack = () => setRemoved((before) => before.filter((one) => one !== id));
    // What could not be removed is shown again; why is said by whoever carries it out.
    const undo = removeLater(id, undoFor, () => carryOut(id).catch(bringBack));
    offerUndo(said, () => {
      undo();
      bringBack();
    });
  }

  return { removed, remove };
}
