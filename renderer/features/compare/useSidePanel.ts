import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { type Preferences, prefer, usePreferences } from '../../ui-state/index.ts';

/** Which panel, and where it is kept that it is open. */
interface KeptPanel {
  isOpen(preferences: Preferences): boolean;
  keep(isOpen: boolean): void;
}

const history: KeptPanel = {
  isOpen: ({ historyOpen }) => historyOpen,
  keep: (historyOpen) => prefer({ historyOpen }),
};

/** A panel (what was done before, unless another is named): beside the screen where there is room, and then as the person left it; over it, and closed at first, where there is not. */
export function useSidePanel(panel: KeptPanel = history): { isOpen: boolean; toggle(): void } {
  const isWide = useMediaQuery('(min-width: 1200px)', true, { getInitialValueInEffect: false });
  const isPreferred = usePreferences(panel.isOpen);
  const [isOver, setIsOver] = useState(false);
  const toggle = useCallback(() => {
    if (isWide) panel.keep(!panel.isOpen(usePreferences.getState()));
    else setIsOver((before) => !before);
  }, [isWide, panel]);
  return { isOpen: isWide ? isPreferred : isOver, toggle };
}
