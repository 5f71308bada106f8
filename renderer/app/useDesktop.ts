import { useEffect } from 'react';
import type { MenuCommand } from '../../preload/contract/bridge.ts';
import { go, openPanel, useArrivals, useOfferedCommands } from '../ui-state/index.ts';

/** Carries out the desktop's menu and takes the files that it hands over. */
export function useDesktop(): void {
  useEffect(() => {
    const bridge = window.assay;
    if (!bridge) return;
    const stopFiles = bridge.onOpenFiles((paths) => {
      useArrivals.setState((arrivals) => ({ paths: [...arrivals.paths, ...paths] }));
      go({ screen: 'compare', id: null });
    });
    const stopMenu = bridge.onMenu((command) => menu[command]());
    return () => {
      stopFiles();
      stopMenu();
    };
  }, []);
}

const menu: Record<MenuCommand, () => void> = {
  openPalette: () => openPanel('palette'),
  openSettings: () => go({ screen: 'settings', section: 'engine' }),
  newComparison: () => go({ screen: 'compare', id: null }),
  lockStore: () => {
    for (const commands of useOfferedCommands.getState().offered.values())
      commands.find(({ id }) => id === 'app.lock')?.run?.();
  },
  showKeys: () => openPanel('keys'),
  showAbout: () => go({ screen: 'settings', section: 'about' }),
};
