import { _electron, type ElectronApplication, errors, type Page } from '@playwright/test';
import type { HomeStart } from './browserHome.ts';
import { electronPath, repository } from './browsers.ts';
import { electronWithApp } from './electronCopy.ts';
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

export interface ElectronCommand {
  program: string;
  arguments: string[];
}

/** How the app is started: no sandbox as root, no GPU (pictures come out empty otherwise), its data in a folder of its own. */
export async function electronCommand(dataFolder: string): Promise<ElectronCommand> {
  const installed = await electronWithApp();
  const flags = ['--no-sandbox', '--disable-gpu', '--force-prefers-reduced-motion'];
  const own = ['--data-dir', dataFolder];
  return installed
    ? { program: installed, arguments: [...flags, ...own] }
    : { program: electronPath(), arguments: [...flags, repository, ...own] };
}

/** ASSAY_NODE: the Node that runs the host where Electron's own is too old for the database. */
export function electronEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(inherited), ASSAY_NODE: process.execPath };
}

export async function openDesktopHome(options: HomeStart): Promise<DesktopHome> {
  const command = await electronCommand(options.dataFolder);
  const electron = await launch({
    executablePath: command.program,
    args: [...command.arguments, ...options.arguments],
    env: electronEnvironment(),
    colorScheme: options.scheme,
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

/**
 * Playwright attaches to an app that is already on its way and sometimes, on a busy machine, waits for ever for a page that came up in
 * that moment. What it started is ended then, and started again, with more patience each time: most starts take two seconds.
 */
export async function launch(
  options: NonNullable<Parameters<typeof _electron.launch>[0]>,
  [patience = 0, ...more]: readonly number[] = [7000, 15_000, 30_000],
): Promise<ElectronApplication> {
  try {
    return await _electron.launch({ ...options, timeout: patience });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError) || more.length === 0) throw error;
    return launch(options, more);
  }
}
