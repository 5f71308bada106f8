import { BrowserWindow, nativeTheme, screen } from 'electron';
import { versionArgument } from '../../preload/contract/shell.ts';
import { placeWindow, smallest } from './bounds.rules.ts';
import { log } from './log.ts';
import { pageOrigin } from './page.ts';
import type { PreferencesFile } from './preferences.ts';

export interface WindowOptions {
  /** The built preload script. */
  bridge: string;
  version: string;
  /** Developer tools exist in a build that is not packaged. */
  developerTools: boolean;
  preferences: PreferencesFile;
}

/** The page's own background, so that nothing flashes before its first frame. */
const background = { light: '#ffffff', dark: '#141517' };
/** A drag of the window's edge is written once it rests. */
const restMs = 400;

/** Opens the window where it was and keeps track of where it goes. It is shown with its first frame. */
export function openWindow({ bridge, version, developerTools, preferences }: WindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(preferences.current.bounds, [primary.workArea, ...others.map((display) => display.workArea)]),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Assay',
    backgroundColor: background[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
    webPreferences: {
      preload: bridge,
      additionalArguments: [`${versionArgument}${version}`],
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      navigateOnDragDrop: false,
      // Dictionaries would be fetched from the network.
      spellcheck: false,
      devTools: developerTools,
    },
  });
  if (preferences.current.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  remember(window, preferences);
  window.loadURL(`${pageOrigin}/`).catch((error) => log('the page did not load', error));
  return window;
}

function remember(window: BrowserWindow, preferences: PreferencesFile): void {
  let resting: NodeJS.Timeout | undefined;
  const write = () => {
    clearTimeout(resting);
    resting = undefined;
    preferences.change({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  const moved = () => {
    clearTimeout(resting);
    resting = setTimeout(write, restMs);
  };
  window.on('resize', moved).on('move', moved).on('maximize', moved).on('unmaximize', moved).on('close', write);
  window.on('closed', () => clearTimeout(resting));
}
