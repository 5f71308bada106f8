import type { MantineColorSchemeManager } from '@mantine/core';
import { prefer, usePreferences } from '../ui-state/index.ts';

export type Theme = 'system' | 'light' | 'dark';

export const themeWords: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

const order: readonly Theme[] = ['system', 'light', 'dark'];

export function nextTheme(): void {
  const { theme } = usePreferences.getState();
  setTheme(order[(order.indexOf(theme) + 1) % order.length] ?? 'system');
}

export function setTheme(theme: Theme): void {
  prefer({ theme });
}

/** The preference is ours; Mantine is told by `forceColorScheme` and keeps none of its own. */
export const colourSchemeManager: MantineColorSchemeManager = {
  get: (fallback) => fallback,
  set: () => {},
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => {},
};

/** The desktop's own parts (menus, dialogs, the window's first colour) follow the preference. Returns what ends it. */
export function tellDesktopTheTheme(): () => void {
  const tell = () => window.assay?.setTheme(usePreferences.getState().theme);
  tell();
  return usePreferences.subscribe((now, before) => {
    if (now.theme !== before.theme) tell();
  });
}
