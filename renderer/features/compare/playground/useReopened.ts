import { useEffect } from 'react';
import { go, preferInPlayground, usePreferences, whenLocked } from '../../../ui-state/index.ts';

/** Once in a session: who comes back finds the conversation of the last time. */
let done = false;
whenLocked(() => {
  done = false;
});

export function useReopened(id: string | null): void {
  useEffect(() => {
    const { conversation } = usePreferences.getState().playground;
    if (!done && id === null && conversation !== null) go({ screen: 'compare', id: conversation, tab: 'playground' });
    else if (conversation !== id) preferInPlayground({ conversation: id });
    done = true;
  }, [id]);
}
