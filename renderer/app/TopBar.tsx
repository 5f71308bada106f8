import { ActionIcon, Tooltip } from '@mantine/core';
import { CircleHelp, Lock, Moon, Search, Sun, SunMoon } from 'lucide-react';
import type { VaultStatus } from '../../preload/contract/vault.ts';
import { Keys } from '../design/index.ts';
import { openPanel, usePreferences } from '../ui-state/index.ts';
import { nextTheme, themeWords } from './colourScheme.ts';
import { NetworkBadge } from './NetworkBadge.tsx';
import classes from './TopBar.module.css';
import { useLock } from './useLock.ts';

const themeIcons = { system: SunMoon, light: Sun, dark: Moon };

export function TopBar({ vault }: { vault: VaultStatus }) {
  const lock = useLock();
  const theme = usePreferences((preferences) => preferences.theme);
  const ThemeIcon = themeIcons[theme];
  return (
    <header className={classes.bar}>
      <span className={classes.store} title={vault.folder}>
        {vault.ephemeral ? 'Ephemeral: nothing is kept' : 'Encrypted store'}
      </span>
      <button type="button" className={classes.search} onClick={() => openPanel('palette')}>
        <Search size={14} aria-hidden="true" />
        <span>Search or run a command</span>
        <Keys keys="mod+k" />
      </button>
      <div className={classes.right}>
        <NetworkBadge />
        <Tooltip label={themeWords[theme]}>
          <ActionIcon onClick={nextTheme} aria-label={`Colours: ${themeWords[theme]}. Change`}>
            <ThemeIcon size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Keys of this screen">
          <ActionIcon onClick={() => openPanel('keys')} aria-label="Show keys of this screen">
            <CircleHelp size={15} />
          </ActionIcon>
        </Tooltip>
        {!vault.ephemeral && (
          <Tooltip label="Lock the store">
            <ActionIcon onClick={lock.run} loading={lock.isPending} aria-label="Lock the store">
              <Lock size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </header>
  );
}
