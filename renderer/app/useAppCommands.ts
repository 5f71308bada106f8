import { useMemo } from 'react';
import { type Command, go, openPanel, togglePanel, useCommands, usePreferences } from '../ui-state/index.ts';
import { setTheme } from './colourScheme.ts';
import { useLock } from './useLock.ts';

/** Commands that are there on every screen. */
export function useAppCommands(): void {
  const { run: lock } = useLock();
  const commands = useMemo<Command[]>(
    () => [
      { id: 'go.home', title: 'Go to Home', group: 'Go to', keys: 'g h', run: () => go({ screen: 'home' }) },
      {
        id: 'go.models',
        title: 'Go to Models',
        group: 'Go to',
        keys: 'g m',
        keywords: 'library files quantizations import',
        run: () => go({ screen: 'models', id: null, other: null }),
      },
      {
        id: 'go.compare',
        title: 'Go to Compare',
        group: 'Go to',
        keys: 'g c',
        run: () => go({ screen: 'compare', id: null, tab: usePreferences.getState().compareTab }),
      },
      {
        id: 'go.playground',
        title: 'Go to Playground',
        group: 'Go to',
        keywords: 'chat conversation talk',
        run: () => go({ screen: 'compare', id: usePreferences.getState().playground.conversation, tab: 'playground' }),
      },
      {
        id: 'go.prompts',
        title: 'Go to Prompts',
        group: 'Go to',
        keys: 'g p',
        keywords: 'history search saved data sets',
        run: () => go({ screen: 'prompts', tab: 'history' }),
      },
      {
        id: 'go.audit',
        title: 'Go to Audit',
        group: 'Go to',
        keys: 'g a',
        keywords: 'log chain verify evidence export',
        run: () => go({ screen: 'audit', entry: null }),
      },
      {
        id: 'go.settings',
        title: 'Go to Settings',
        group: 'Go to',
        keys: 'g s',
        run: () => go({ screen: 'settings', section: 'engine' }),
      },
      {
        id: 'go.appearance',
        title: 'Settings: Appearance',
        group: 'Go to',
        run: () => go({ screen: 'settings', section: 'appearance' }),
      },
      {
        id: 'go.store',
        title: 'Settings: Store',
        group: 'Go to',
        keywords: 'passphrase recovery backup lock',
        run: () => go({ screen: 'settings', section: 'store' }),
      },
      {
        id: 'go.network',
        title: 'Settings: Network and its ledger',
        group: 'Go to',
        keywords: 'offline connections proxy mirror',
        run: () => go({ screen: 'settings', section: 'network' }),
      },
      {
        id: 'go.storage',
        title: 'Settings: Storage used',
        group: 'Go to',
        keywords: 'disk space clean up',
        run: () => go({ screen: 'settings', section: 'storage' }),
      },
      {
        id: 'go.backups',
        title: 'Settings: Backups',
        group: 'Go to',
        keywords: 'schedule back up',
        run: () => go({ screen: 'settings', section: 'backups' }),
      },
      {
        id: 'go.about',
        title: 'Settings: About Assay',
        group: 'Go to',
        keywords: 'version licence notices',
        run: () => go({ screen: 'settings', section: 'about' }),
      },
      {
        id: 'app.palette',
        title: 'Search or run a command',
        group: 'App',
        keys: 'mod+k',
        keysOnly: true,
        run: () => openPanel('palette'),
      },
      { id: 'app.keys', title: 'Show keys of this screen', group: 'App', keys: '?', run: () => openPanel('keys') },
      { id: 'app.tray', title: 'Show or hide the job tray', group: 'App', keys: 'b', run: () => togglePanel('tray') },
      { id: 'app.lock', title: 'Lock the store', group: 'App', keys: 'mod+shift+l', run: lock },
      {
        id: 'app.light',
        title: 'Colours: light',
        group: 'App',
        keywords: 'theme scheme',
        run: () => setTheme('light'),
      },
      { id: 'app.dark', title: 'Colours: dark', group: 'App', keywords: 'theme scheme', run: () => setTheme('dark') },
      {
        id: 'app.system',
        title: 'Colours: as the system',
        group: 'App',
        keywords: 'theme scheme',
        run: () => setTheme('system'),
      },
    ],
    [lock],
  );
  useCommands(commands);
}
