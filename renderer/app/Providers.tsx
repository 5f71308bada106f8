import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { type Api, ApiProvider } from '../api/index.ts';
import { cssVariables, theme } from '../design/index.ts';
import { usePreferences } from '../ui-state/index.ts';
import { colourSchemeManager } from './colourScheme.ts';
import { readNonce } from './readNonce.ts';
import { useSystemScheme } from './useSystemScheme.ts';

export function Providers({ api, children }: { api: Api; children: ReactNode }) {
  const preferred = usePreferences((preferences) => preferences.theme);
  const system = useSystemScheme();
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colourSchemeManager}
      forceColorScheme={preferred === 'system' ? system : preferred}
      getStyleNonce={readNonce}
    >
      <ApiProvider api={api}>{children}</ApiProvider>
      <Notifications position="bottom-left" autoClose={5000} limit={4} />
    </MantineProvider>
  );
}
