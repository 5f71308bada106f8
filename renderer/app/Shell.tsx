import { Suspense, useEffect } from 'react';
import type { VaultStatus } from '../../preload/contract/vault.ts';
import { SkeletonRows } from '../design/index.ts';
import { type Route, useQuantizing, useRoute } from '../ui-state/index.ts';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { fetchedScreen } from './fetchedScreen.tsx';
import { KeysOverlay } from './KeysOverlay.tsx';
import { Palette } from './Palette.tsx';
import { Rail } from './Rail.tsx';
import classes from './Shell.module.css';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { useAppCommands } from './useAppCommands.ts';
import { useCommandKeys } from './useCommandKeys.ts';
import { useDesktop } from './useDesktop.ts';
import { useDroppedFiles } from './useDroppedFiles.ts';

// Apart from the first bundle, so that the unlock screen does not wait for them.
const HomePage = fetchedScreen(async () => (await import('../features/home/index.ts')).HomePage);
const ModelsPage = fetchedScreen(async () => (await import('../features/models/index.ts')).ModelsPage);
const ComparePage = fetchedScreen(async () => (await import('../features/compare/index.ts')).ComparePage);
const PromptsPage = fetchedScreen(async () => (await import('../features/prompts/index.ts')).PromptsPage);
const AuditPage = fetchedScreen(async () => (await import('../features/audit/index.ts')).AuditPage);
const SettingsPage = fetchedScreen(async () => (await import('../features/settings/index.ts')).SettingsPage);
const QuantizeDialog = fetchedScreen(async () => (await import('../features/quantize/index.ts')).QuantizeDialog);
const screens = [HomePage, ModelsPage, ComparePage, PromptsPage, AuditPage, SettingsPage];

/** Once the first screen stands: then the first visit of another one waits for no code. */
const fetchAfterMs = 1500;

function useOtherScreens(): void {
  useEffect(() => {
    const waiting = setTimeout(() => {
      // What cannot be had now is fetched when its screen is opened, which says so if that fails.
      for (const screen of screens) screen.fetch().catch(() => undefined);
    }, fetchAfterMs);
    return () => clearTimeout(waiting);
  }, []);
}

/** The frame: rail, top bar, screen, status bar with the job tray. */
export function Shell({ vault }: { vault: VaultStatus }) {
  const route = useRoute((state) => state.route);
  const isQuantizing = useQuantizing(({ model }) => model !== null);
  useAppCommands();
  useCommandKeys();
  useDesktop();
  useDroppedFiles();
  useOtherScreens();
  return (
    <div className={classes.frame}>
      <button type="button" className={classes.skip} onClick={() => document.getElementById('screen')?.focus()}>
        Skip to the screen
      </button>
      <Rail route={route} />
      <TopBar vault={vault} />
      <div className={classes.screen} id="screen" tabIndex={-1}>
        <ConnectionBanner />
        <div className={classes.content}>
          <ErrorBoundary key={route.screen}>
            <Suspense
              fallback={
                <main className={classes.pending}>
                  <h1 className="visually-hidden">Assay</h1>
                  <SkeletonRows rows={6} label="Opening the screen" />
                </main>
              }
            >
              <Screen route={route} vault={vault} />
            </Suspense>
          </ErrorBoundary>
        </div>
      </div>
      <StatusBar />
      <Palette />
      <KeysOverlay />
      {isQuantizing && (
        <Suspense fallback={null}>
          <QuantizeDialog />
        </Suspense>
      )}
    </div>
  );
}

function Screen({ route, vault }: { route: Route; vault: VaultStatus }) {
  if (route.screen === 'models') return <ModelsPage id={route.id} other={route.other} />;
  if (route.screen === 'compare') return <ComparePage id={route.id} tab={route.tab ?? 'answers'} />;
  if (route.screen === 'prompts') return <PromptsPage tab={route.tab} />;
  if (route.screen === 'audit') return <AuditPage entry={route.entry} />;
  if (route.screen === 'settings') return <SettingsPage section={route.section} vault={vault} />;
  return <HomePage />;
}
