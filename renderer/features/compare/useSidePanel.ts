import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { prefer, usePreferences } from '../../ui-state/index.ts';

/** What was done before: beside the screen where there is room, and then as the person left it; over it, and closed at first, where there is not. */
export function useSidePanel(): { isOpen: boolean; toggle(): void } {
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  const isPreferred = usePreferences((preferences) => preferences.historyOpen);
  const [isOver, setIsOver] = useState(false);
  const toggle = useCallback(() => {
    if (isWide) prefer({ historyOpen: !usePreferences.getState().historyOpen });
    else setIsOver((before) => !before);
  }, [isWide]);
  return { isOpen: isWide ? isPreferred : isOver, toggle };
}
