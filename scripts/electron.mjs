// Where Electron's binary is, and whether it can open a window here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, newerNode, repository, say } from './ready.mjs';

/** Why no window can be opened, or null. */
export function whyNoDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return null;
  return 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)';
}

/** Electron's binary: in ELECTRON_OVERRIDE_DIST_PATH, or the installed one, which is downloaded first where `download` says so. Null when there is none. */
export function electronBinary({ download }) {
  const found = find();
  if (found || !download || process.env.ELECTRON_OVERRIDE_DIST_PATH) return found;
  say('downloading Electron, once (about 110 MB)…');
  spawnSync(newerNode(), [join(repository, 'node_modules/electron/install.js')], {
    cwd: repository,
    env: environment(),
    stdio: ['ignore', 2, 'ignore'],
    timeout: 10 * 60_000,
  });
  return find();
}

/** As root Chromium refuses to sandbox itself. */
export function electronFlags() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function find() {
  const folder = join(repository, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  const binary = existsSync(named)
    ? readFileSync(named, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), binary);
  return existsSync(path) ? path : null;
}
