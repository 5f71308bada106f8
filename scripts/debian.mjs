// What the tests need of the system and Debian has: a browser, a virtual screen, strace, a compiler for the native addon and git for its headers.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './ready.mjs';

const wanted = [
  {
    package: 'chromium',
    present: () =>
      Boolean(process.env.ASSAY_CHROMIUM) || ['chromium', 'chromium-browser', 'google-chrome'].some(onPath),
  },
  { package: 'xvfb', present: () => onPath('Xvfb') },
  { package: 'strace', present: () => onPath('strace') },
  { package: 'g++', present: () => Boolean(process.env.CXX) || ['g++', 'clang++', 'c++'].some(onPath) },
  { package: 'git', present: () => onPath('git') },
];

/** Installs what is missing where that is possible (Debian, as root); otherwise names it in one line. */
export function installSystemPackages() {
  if (process.platform !== 'linux') return;
  const missing = wanted.filter(({ present }) => !present()).map((entry) => entry.package);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    say(
      `missing for the tests: ${missing.join(', ')}; install them (on Debian: sudo apt-get install ${missing.join(' ')}). Tests that need them are skipped.`,
    );
    return;
  }
  say(`installing ${missing.join(' and ')} (apt-get), about a minute…`);
  const options = { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-qq'], options);
  const result = spawnSync(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...missing, 'fonts-dejavu-core'],
    options,
  );
  if (result.status !== 0)
    say(`apt-get ended with ${result.status}; tests that need ${missing.join(' or ')} are skipped.`);
}

/** A screen that nobody sees, so that windows neither need a display nor disturb one. Null where there is none to be had. */
export async function privateDisplay() {
  if (process.platform !== 'linux' || !onPath('Xvfb')) return null;
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((resolve) => {
    child.stdio[3].setEncoding('utf8').once('data', (text) => resolve(text.trim()));
    child.once('error', () => resolve(null)).once('exit', () => resolve(null));
  });
  return number === null ? null : { name: `:${number}`, close: () => child.kill('SIGTERM') };
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, program)));
}
