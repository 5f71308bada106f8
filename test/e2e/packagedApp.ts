import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { type Browser, chromium, errors, expect, type Page } from '@playwright/test';
import { electronPath, repository } from './browsers.ts';
import { killTree } from './processTree.ts';
import { watchPage } from './watchPage.ts';

/** The unpacked app that `npm run dist:dir` makes. */
export interface Package {
  /** Of the app: the one that installers put somewhere; on macOS the .app. */
  folder: string;
  program: string;
  /** Where app.asar lies. */
  resources: string;
}

/** Builds it, or takes the one that is built from the same sources and the same Electron. */
export async function buildPackage(): Promise<Package> {
  const child = spawn(process.execPath, [join(repository, 'scripts/dist.mjs'), '--dir'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`npm run dist:dir ended with ${code}:\n${said}`);
  const dist = join(repository, 'dist');
  const name = readdirSync(dist).find((entry) => /^(linux|win)(-arm64)?-unpacked$|^mac/.test(entry));
  if (!name) throw new Error(`npm run dist:dir left no app in ${dist}:\n${said}`);
  const folder = process.platform === 'darwin' ? join(dist, name, 'Assay.app') : join(dist, name);
  const { program, resources } = {
    darwin: { program: 'Contents/MacOS/Assay', resources: 'Contents/Resources' },
    win32: { program: 'Assay.exe', resources: 'resources' },
  }[process.platform as string] ?? { program: 'assay-desktop', resources: 'resources' };
  return { folder, program: join(folder, program), resources: join(folder, resources) };
}

export interface RunningPackage {
  page: Page;
  pid: number;
  log(): string;
  /** Ends it as the system would at a logout; resolves when the last of its processes has ended. */
  close(): Promise<void>;
}

/** Starts it with the fuses that ship. They keep Playwright's own way of attaching out, so it attaches to the page as a debugger of Chromium does. */
export async function openPackage(
  { program, resources }: Package,
  dataFolder: string,
  onFault: (fault: string) => void,
): Promise<RunningPackage> {
  const external = hasOldNode();
  const folder = await mkdtemp(join(tmpdir(), 'assay-packaged-'));
  const child = spawn(
    program,
    ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', '--data-dir', dataFolder],
    {
      cwd: dirname(dataFolder),
      env: { ...process.env, ...(external ? { ASSAY_NODE: await outsideArchive(resources, folder) } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const pid = child.pid ?? 0;
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    const hear = (text: string) => {
      log += text;
      const found = /DevTools listening on (ws:\S+)/.exec(log)?.[1];
      if (found) resolve(found);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', reject).on('close', (code) => reject(new Error(`The packaged app ended with ${code}:\n${log}`)));
  });
  const browser = await attach(address);
  const [context] = browser.contexts();
  if (!context) throw new Error(`The packaged app has no page:\n${log}`);
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  watchPage(page, onFault);
  return {
    page,
    pid,
    log: () => log,
    async close() {
      await browser.close();
      child.kill('SIGTERM');
      const stuck = setTimeout(() => killTree(pid), 15_000);
      await ended;
      clearTimeout(stuck);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Who attaches while the page is still on its way sometimes waits for ever; so not before it is there, and again where it happens all the same. */
async function attach(address: string, attempts = 3): Promise<Browser> {
  const list = `http://${new URL(address).host}/json/list`;
  await expect
    .poll(async () =>
      (await (await fetch(list)).json()).map(({ type, url }: { type: string; url: string }) => [type, url]),
    )
    .toContainEqual(['page', 'app://assay/']);
  try {
    return await chromium.connectOverCDP(address, { timeout: 15_000 });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError) || attempts === 1) throw error;
    return attach(address, attempts - 1);
  }
}

/** Up to Electron 34 the Node inside is too old for the database, so the host runs on this one (decision 0006). */
function hasOldNode(): boolean {
  if (process.platform === 'darwin') return false; // What its .app does not tell; the older Electrons of the tests are Linux ones.
  return Number.parseInt(readFileSync(join(dirname(electronPath()), 'version'), 'utf8').replace(/^v/, ''), 10) < 35;
}

export interface PackagedCommand {
  /** Runs the installed `assay` to its end, as a shell would by a link on its path, on a machine without a display. */
  run(words: readonly string[], input?: string): { code: number | null; stdout: string; stderr: string };
  close(): Promise<void>;
}

export async function packagedCommand({ resources }: Package): Promise<PackagedCommand> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-packaged-'));
  const windows = process.platform === 'win32';
  const program = join(resources, 'bin', windows ? 'assay.cmd' : 'assay');
  const onPath = join(folder, 'assay');
  if (!windows) await symlink(program, onPath);
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...environment } = process.env;
  if (hasOldNode()) environment.ASSAY_NODE = await outsideArchive(resources, folder);
  return {
    run(words, input = '') {
      const { status, stdout, stderr } = spawnSync(windows ? `"${program}"` : onPath, words, {
        cwd: folder,
        env: environment,
        input,
        encoding: 'utf8',
        shell: windows,
        timeout: 120_000,
        killSignal: 'SIGKILL',
      });
      return { code: status, stdout, stderr };
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/**
 * Another Node than Electron's reads no archive: what it takes of it is laid out beside, and a program in the place of that Node starts host
 * or command line there. Of the app the engine runs in Electron, out of the archive itself.
 */
async function outsideArchive(resources: string, folder: string): Promise<string> {
  const archive = join(resources, 'app.asar');
  for (const entry of listPackage(archive, { isPack: false })) {
    const path = entry.slice(1);
    if (/^(native|node_modules[\\/]@node-llama-cpp)([\\/]|$)/.test(path)) continue;
    if (!('size' in statFile(archive, path))) await mkdir(join(folder, 'app', path), { recursive: true });
    else await writeFile(join(folder, 'app', path), extractFile(archive, path));
  }
  for (const path of ['native', 'node_modules/@node-llama-cpp'])
    await symlink(join(`${archive}.unpacked`, path), join(folder, 'app', path));
  const program = join(folder, 'node');
  const main = join(folder, 'app/out/main');
  await writeFile(
    program,
    `#!/bin/sh\nentry=$(basename "$1")\nshift\nexec '${process.execPath}' '${main}'/"$entry" "$@"\n`,
  );
  await chmod(program, 0o755);
  return program;
}
