import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import type { HomeStart } from './browserHome.ts';
import { electronPath, repository } from './browsers.ts';
import { killTree } from './processTree.ts';
import { watchPage } from './watchPage.ts';

export interface DesktopHome {
  page: Page;
  pid: number;
  electron: ElectronApplication;
  log(): string;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** What the app is started with: no sandbox as root, no GPU (pictures come out empty otherwise), its data in a folder of its own. */
export function electronArguments(dataFolder: string): string[] {
  return ['--no-sandbox', '--disable-gpu', repository, '--data-dir', dataFolder];
}

/** ASSAY_NODE: the Node that runs the host where Electron's own is too old for the database. */
export function electronEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(inherited), ASSAY_NODE: process.execPath };
}

export async function openDesktopHome(options: HomeStart): Promise<DesktopHome> {
  const electron = await _electron.launch({
    executablePath: electronPath(),
    args: [...electronArguments(options.dataFolder), ...options.arguments],
    env: electronEnvironment(),
    colorScheme: options.scheme,
    timeout: 60_000,
  });
  const child = electron.process();
  const pid = child.pid ?? 0;
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const page = await electron.firstWindow();
  watchPage(page, options.onFault);
  await page.setViewportSize(options.viewportSize);
  await page.waitForLoadState();
  return {
    page,
    pid,
    electron,
    log: () => log,
    async close() {
      const stuck = setTimeout(() => killTree(pid), 15_000);
      await electron.close();
      clearTimeout(stuck);
    },
    async kill() {
      killTree(pid);
      await ended;
    },
  };
}
