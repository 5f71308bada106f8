import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import { build } from 'vite';
import { electronPath, repository } from './browsers.ts';
import { electronEnvironment, launch } from './desktopHome.ts';
import { electronWithApp } from './electronCopy.ts';
import { killTree } from './processTree.ts';

/** What `utility/shell.ts` is told. */
export interface UtilityShellStart {
  /** For Chromium's own files. */
  folder: string;
  /** The host's. */
  entry: string;
  /** Of the app: out/. */
  built: string;
}

export interface UtilityShell {
  page: Page;
  electron: ElectronApplication;
  /** Processes of Electron by their service name, e.g. `Assay host`. */
  processes(name: string): Promise<number[]>;
  log(): string;
  /** Fails when the app does not end by itself. */
  close(): Promise<void>;
}

const app = join(repository, 'node_modules/.cache/assay-utility-shell');
export const smallHost = join(app, 'host.js');
export const builtHost = join(repository, 'out/main/host.js');

/** Bundles shell and small host: an older Electron runs no TypeScript. */
export async function buildUtilityShell(): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: app,
      emptyOutDir: true,
      rollupOptions: {
        input: {
          shell: join(import.meta.dirname, 'utility/shell.ts'),
          host: join(import.meta.dirname, 'utility/host.ts'),
        },
        external: ['electron'],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'utility', type: 'module', main: 'shell.js' }));
}

/** Starts the shell over a host, with the fuses that ship where this can be had. */
export async function openUtilityShell(entry: string): Promise<UtilityShell> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-utility-'));
  const start: UtilityShellStart = { folder, entry, built: join(repository, 'out') };
  const installed = await electronWithApp(app);
  const flags = ['--no-sandbox', '--disable-gpu'];
  const electron = await launch({
    executablePath: installed ?? electronPath(),
    args: installed ? flags : [...flags, app],
    env: { ...electronEnvironment(), ASSAY_UTILITY_SHELL: JSON.stringify(start) },
  });
  const child = electron.process();
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  const page = await electron.firstWindow();
  await page.waitForLoadState();
  return {
    page,
    electron,
    processes: (name) =>
      electron.evaluate(
        (of, wanted) =>
          of.app
            .getAppMetrics()
            .filter((process) => process.type === 'Utility' && process.name === wanted)
            .map(({ pid }) => pid),
        name,
      ),
    log: () => log,
    async close() {
      let stuck = false;
      const timer = setTimeout(() => {
        stuck = true;
        killTree(child.pid ?? 0);
      }, 15_000);
      await electron.close();
      clearTimeout(timer);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      if (stuck) throw new Error('The app did not end when it was asked to.');
    },
  };
}
