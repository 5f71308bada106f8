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

/** Electron's binary: in ELECTRON_OVERRIDE_DIST_PATH, or the installed one. Null when there is none. */
export function electronBinary() {
  const path = binaryPath();
  return existsSync(path) ? path : null;
}

/** The binary, downloaded first where it is missing; else why there is none, to follow "because". */
export function obtainElectron() {
  const found = electronBinary();
  if (found) return { binary: found };
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) return { reason: `ELECTRON_OVERRIDE_DIST_PATH names ${override}, where no Electron lies` };
  say('downloading Electron, once (about 110 MB)…');
  const { status, stderr, error } = spawnSync(newerNode(), [join(repository, 'node_modules/electron/install.js')], {
    cwd: repository,
    env: environment(),
    stdio: ['ignore', 2, 'pipe'],
    encoding: 'utf8',
    timeout: 10 * 60_000,
  });
  const binary = electronBinary();
  if (binary) return { binary };
  const why = error?.code === 'ETIMEDOUT' ? 'it took longer than ten minutes' : errorIn(stderr ?? '');
  return { reason: `Electron could not be downloaded (${why || `its installer ended with ${status}`})` };
}

/** The line that names the error, out of a stack. */
function errorIn(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.find((line) => /Error\b.*:/.test(line)) ?? lines.find(Boolean) ?? '').slice(0, 300);
}

/** As root Chromium refuses to sandbox itself. */
export function electronFlags() {
  return process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

function binaryPath() {
  const folder = join(repository, 'node_modules/electron');
  const named = join(folder, 'path.txt');
  const binary = existsSync(named)
    ? readFileSync(named, 'utf8')
    : process.platform === 'win32'
      ? 'electron.exe'
      : 'electron';
  return join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), binary);
}
