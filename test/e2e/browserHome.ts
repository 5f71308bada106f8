import { spawn } from 'node:child_process';
import type { Browser, Page } from '@playwright/test';
import { commandEntry } from './command.ts';
import { killTree } from './processTree.ts';
import { watchPage } from './watchPage.ts';

export interface HomeStart {
  dataFolder: string;
  scheme: 'light' | 'dark';
  viewportSize: { width: number; height: number };
  arguments: string[];
  onFault(fault: string): void;
}

export interface BrowserHome {
  page: Page;
  pid: number;
  address: string;
  log(): string;
  close(): Promise<void>;
  kill(): Promise<void>;
}

/** Starts `assay serve` on a free port and opens its one-time address in a fresh browser context. */
export async function openBrowserHome(options: HomeStart, browser: () => Promise<Browser>): Promise<BrowserHome> {
  const server = spawn(
    process.execPath,
    [commandEntry, 'serve', '--port', '0', '--data-dir', options.dataFolder, ...options.arguments],
    {
      env: { ...process.env, ASSAY_PASSPHRASE: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = new Promise<void>((resolve) => server.on('close', () => resolve()));
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`assay serve printed no address within 30 s:\n${log}`)), 30_000);
    const hear = (text: string) => {
      log += text;
      const found = /https?:\/\/[^\s"']+/.exec(log)?.[0];
      if (!found || !log.includes('\n')) return;
      clearTimeout(late);
      resolve(found);
    };
    server.stdout.setEncoding('utf8').on('data', hear);
    server.stderr.setEncoding('utf8').on('data', hear);
    server
      .on('error', reject)
      .on('close', (code) => reject(new Error(`assay serve ended with ${code} before it printed an address:\n${log}`)));
  });
  const context = await (await browser()).newContext({
    colorScheme: options.scheme,
    viewport: options.viewportSize,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  watchPage(page, options.onFault);
  await page.goto(address);
  const pid = server.pid ?? 0;
  return {
    page,
    pid,
    address,
    log: () => log,
    async close() {
      await context.close();
      server.kill('SIGTERM');
      const stuck = setTimeout(() => killTree(pid), 10_000);
      await ended;
      clearTimeout(stuck);
    },
    async kill() {
      killTree(pid);
      await ended;
      await context.close();
    },
  };
}
