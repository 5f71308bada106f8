import { useEffect, useRef } from 'react';
import { go, preferInPlayground, usePreferences } from '../../../ui-state/index.ts';

/** Who comes to the playground finds the conversation that was open last, also after a restart. Remembers it by its id. */
export function useReopened(id: string | null): void {
  const isHere = useRef(false);
  useEffect(() => {
    const { conversation } = usePreferences.getState().playground;
    const comes = !isHere.current;
    isHere.current = true;
    if (comes && id === null && conversation !== null) go({ screen: 'compare', id: conversation, tab: 'playground' });
    else if (conversation !== id) preferInPlayground({ conversation: id });
  }, [id]);
}
