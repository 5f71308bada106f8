import { join } from 'node:path';
import { app, type BrowserWindow, dialog, Menu, nativeTheme, session } from 'electron';
import { channels } from '../../preload/contract/shell.ts';
import { refuseCoreDumps } from '../base/coreDumps.ts';
import { dataFolder } from '../base/dataFolder.ts';
import { sampleFolder } from '../host/places.ts';
import { answerBridge, chooseModels } from './calls.ts';
import { installShim, shimFor } from './commandShim.ts';
import { endInOrder } from './endInOrder.ts';
import { guardProcess, guardSession } from './guard.ts';
import { keepHost } from './hostKeeper.ts';
import { keyRing } from './keyRing.ts';
import { isModel, parseLaunch } from './launch.ts';
import { log } from './log.ts';
import { buildMenu } from './menu.ts';
import { declarePageScheme, servePage } from './page.ts';
import { openPreferences } from './preferences.ts';
import { openWindow } from './window.ts';

/** The app with its window. */
const launch = parseLaunch(process.argv.slice(1), process.cwd());
const folder = dataFolder(launch.dataFolder);
const built = (...path: string[]) => join(app.getAppPath(), 'out', ...path);

const exposed = refuseCoreDumps();
if (exposed !== null) log('core dumps', exposed);
guardProcess();
// GTK draws the file dialogs alone. Its look for visuals of OpenGL would load the whole of Mesa, 40 MB on a machine without a graphics card.
if (process.platform === 'linux') process.env.GDK_GL ??= 'disable';
declarePageScheme();
// What Chromium keeps lies beside the store, never elsewhere; so one store has one app, and a crash leaves nothing outside.
app.setPath('userData', join(folder, 'desktop'));
app.setPath('sessionData', join(folder, 'desktop'));
app.setPath('crashDumps', join(folder, 'desktop', 'crashes'));

if (app.requestSingleInstanceLock({ files: launch.files })) run();
else app.quit();

function run(): void {
  const preferences = openPreferences(join(folder, 'desktop', 'shell.json'));
  nativeTheme.themeSource = preferences.current.theme;
  let window: BrowserWindow | null = null;
  /** Files that came while there was no page to give them to. */
  let waiting = launch.files;

  function show(): void {
    window = openWindow({
      bridge: built('preload', 'bridge.cjs'),
      version: app.getVersion(),
      developerTools: !app.isPackaged,
      preferences,
    });
    window.on('closed', () => {
      window = null;
    });
    window.webContents.on('did-finish-load', () => {
      if (waiting.length > 0) window?.webContents.send(channels.openFiles, waiting.splice(0));
    });
  }

  function give(files: string[]): void {
    if (files.length === 0) return;
    if (window && !window.webContents.isLoading()) window.webContents.send(channels.openFiles, files);
    else waiting = [...waiting, ...files];
  }

  function comeForward(): void {
    if (!app.isReady()) return;
    if (!window) show();
    else if (window.isMinimized()) window.restore();
    window?.focus();
  }

  app.on('second-instance', (_event, _args, _workingFolder, handed) => {
    comeForward();
    give(filesOf(handed));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (isModel(path)) give([path]);
  });
  app.on('activate', comeForward);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  const keeper = keepHost({
    entry: built('main', 'host.js'),
    engineEntry: built('main', 'engine.js'),
    // Asked for only where Electron's own Node is too old, which that of a release never is.
    externalNode: process.env.ASSAY_NODE,
    start: { folder, sampleFolder: sampleFolder(), engines: { by: 'shell' }, logLevel: 'warn' },
    keyRing,
    onGivingUp: (reason) => log('no host', reason),
  });

  app.whenReady().then(() => {
    guardSession(session.defaultSession);
    servePage(session.defaultSession, built('renderer'));
    answerBridge(keeper, (theme) => {
      nativeTheme.themeSource = theme;
      preferences.change({ theme });
    });
    Menu.setApplicationMenu(
      buildMenu({
        command: (command) => window?.webContents.send(channels.menu, command),
        openModels: async () => window && give(await chooseModels(window)),
        installCommand: installCommand(),
        developerTools: !app.isPackaged,
      }),
    );
    show();
  });
  endInOrder(() => keeper.stop());
}

/** Puts the `assay` command on the person's path and says where it is; undefined where it is there already or the app is not installed. */
function installCommand(): (() => void) | undefined {
  if (!app.isPackaged) return undefined;
  const { platform, resourcesPath: resources, env: environment } = process;
  const shim = shimFor({ platform, resources, home: app.getPath('home'), environment });
  if (shim === null) return undefined;
  return () => {
    try {
      void dialog.showMessageBox({ message: installShim(shim, environment) });
    } catch (error) {
      dialog.showErrorBox('The command could not be installed', error instanceof Error ? error.message : String(error));
    }
  };
}

/** What a second start of our own app hands over. */
function filesOf(handed: unknown): string[] {
  if (typeof handed !== 'object' || handed === null || !('files' in handed) || !Array.isArray(handed.files)) return [];
  return handed.files.filter((file): file is string => typeof file === 'string' && isModel(file));
}
