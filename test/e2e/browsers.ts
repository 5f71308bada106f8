import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '../..');

/** Flags without which Chromium talks to the network or fails as root; none of them changes what a page may do. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const chromiumPaths = [
  process.env.ASSAY_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export function whyNoChromium(): string | null {
  return findChromium() ? null : 'no Chromium: install Debian’s package chromium, or name one in ASSAY_CHROMIUM';
}

export function chromiumPath(): string {
  const path = findChromium();
  if (!path) throw new Error(whyNoChromium() ?? '');
  return path;
}

function findChromium(): string | undefined {
  return chromiumPaths.find((path) => path && existsSync(path));
}

export function whyNoElectron(): string | null {
  if (!findElectron()) return 'no Electron: its binary is not installed and ELECTRON_OVERRIDE_DIST_PATH names none';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'no display for Electron: neither DISPLAY nor WAYLAND_DISPLAY is set';
  return null;
}

export function electronPath(): string {
  const path = findElectron();
  if (!path) throw new Error(whyNoElectron() ?? '');
  return path;
}

/** Looks for a binary without asking the `electron` package, which would start a download. */
function findElectron(): string | undefined {
  const folder = join(repository, 'node_modules/electron');
  const pathFile = join(folder, 'path.txt');
  const binary = existsSync(pathFile)
    ? readFileSync(pathFile, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), binary);
  return existsSync(path) ? path : undefined;
}
