import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, test as base, type ElectronApplication, type Page } from '@playwright/test';
import { type BrowserHome, openBrowserHome } from './browserHome.ts';
import { chromiumFlags, chromiumPath, whyNoChromium, whyNoElectron } from './browsers.ts';
import { runCommand } from './command.ts';
import { type DesktopHome, openDesktopHome } from './desktopHome.ts';

export { expect } from '@playwright/test';

export interface HomeOptions {
  /** Where the app runs: the headless home in Chromium, or Electron. Set by the project, not by a spec. */
  home: 'browser' | 'desktop';
  /** What lies in the data folder before the first start: nothing, or an encrypted store opened by `assay.passphrase`. */
  store: 'none' | 'created';
  scheme: 'light' | 'dark';
  viewportSize: { width: number; height: number };
  /** True for a spec that provokes what a page may not report: breaches of its policy, uncaught errors. */
  provokesFaults: boolean;
  /** Further arguments for the app: GGUF files on the desktop, options of `assay serve` in a browser. */
  appArguments: string[];
}

/** One running Assay over a data folder of its own. */
export interface Assay {
  /** The page in front; another one after `restart` and `start`. */
  readonly page: Page;
  readonly home: 'browser' | 'desktop';
  readonly dataFolder: string;
  readonly passphrase: string;
  /** The Electron app, for specs under `desktop/`; throws in a browser. */
  readonly electron: ElectronApplication;
  /** The process that answers for the app: Electron's main process or the server. */
  readonly pid: number;
  /** Ends the app as a person would and opens it again over the same folder. */
  restart(): Promise<Page>;
  /** SIGKILL to every process of the app at once: what a crash or a power button leaves. */
  kill(): Promise<void>;
  /** Opens it again after `kill`. */
  start(): Promise<Page>;
}

interface WorkerFixtures {
  openChromium: () => Promise<Browser>;
  /** A data folder with an encrypted store, made at the first call, to be copied. */
  madeStore: () => Promise<string>;
}

const passphrase = 'correct horse battery staple';

export const test = base.extend<HomeOptions & { assay: Assay }, WorkerFixtures>({
  home: ['browser', { option: true }],
  store: ['none', { option: true }],
  scheme: ['light', { option: true }],
  viewportSize: [{ width: 1440, height: 900 }, { option: true }],
  provokesFaults: [false, { option: true }],
  appArguments: [[], { option: true }],

  openChromium: [
    async ({ playwright }, use) => {
      let browser: Browser | undefined;
      await use(async () => {
        browser ??= await playwright.chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags });
        return browser;
      });
      await browser?.close();
    },
    { scope: 'worker' },
  ],

  madeStore: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs off this pattern
    async ({}, use) => {
      let made: string | undefined;
      await use(async () => {
        if (made === undefined) {
          made = await mkdtemp(join(tmpdir(), 'assay-e2e-store-'));
          await runCommand(['vault', 'create', '--data-dir', made, '--json'], { ASSAY_PASSPHRASE: passphrase });
        }
        return made;
      });
      if (made !== undefined) await rm(made, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],

  assay: async (
    { home, store, scheme, viewportSize, provokesFaults, appArguments, openChromium, madeStore },
    use,
    testInfo,
  ) => {
    const reason = home === 'desktop' ? whyNoElectron() : whyNoChromium();
    testInfo.skip(reason !== null, reason ?? '');
    const folder = await mkdtemp(join(tmpdir(), 'assay-e2e-'));
    const dataFolder = join(folder, 'data');
    if (store === 'created') await cp(await madeStore(), dataFolder, { recursive: true });
    else await mkdir(dataFolder);

    const faults: string[] = [];
    const options = {
      dataFolder,
      scheme,
      viewportSize,
      arguments: appArguments,
      onFault: (fault: string) => faults.push(fault),
    };
    const open = (): Promise<BrowserHome | DesktopHome> =>
      home === 'desktop' ? openDesktopHome(options) : openBrowserHome(options, openChromium);
    let app: BrowserHome | DesktopHome | null = await open();
    const running = () => {
      if (!app) throw new Error('The app was killed; call start() first.');
      return app;
    };
    const assay: Assay = {
      home,
      dataFolder,
      passphrase,
      get page() {
        return running().page;
      },
      get pid() {
        return running().pid;
      },
      get electron() {
        const current = running();
        if (!('electron' in current)) throw new Error('This spec needs Electron: put it under test/e2e/desktop.');
        return current.electron;
      },
      async restart() {
        await running().close();
        app = await open();
        return app.page;
      },
      async kill() {
        await running().kill();
        app = null;
      },
      async start() {
        app = await open();
        return app.page;
      },
    };
    try {
      await use(assay);
      if (faults.length > 0 && !provokesFaults)
        throw new Error(`The page reported what no page may report:\n${faults.join('\n')}`);
    } finally {
      if (app && testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('app log', { body: app.log(), contentType: 'text/plain' });
      }
      await app?.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },

  // The built-in page belongs to a browser that the specs do not use.
  page: async ({ assay }, use) => use(assay.page),
});
