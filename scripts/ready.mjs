// Brings a clone to where its commands can run: dependencies installed, sources built. Plain Node 20, nothing else needed. Says what it does on stderr.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..');
const at = (...path) => join(repository, ...path);
const installedMark = at('node_modules', '.assay-installed');
const builtMark = at('out', '.built-from');
const sources = [
  'main',
  'preload',
  'renderer',
  'native',
  'electron.vite.config.ts',
  'tsconfig.base.json',
  'package.json',
  'package-lock.json',
];

/** Installs and builds what is missing or older than its source. Ends the process with 3 when it cannot. */
export function ready() {
  install();
  const failed = build();
  if (failed) stop(failed);
}

/** Runs `npm ci` when there is no node_modules, or the lock file is another one than it was installed from. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  if (existsSync(installedMark) && readFileSync(installedMark, 'utf8') === wanted) return;
  const own = at('node_modules', '.package-lock.json');
  if (!existsSync(own) || statSync(own).mtimeMs < statSync(at('package-lock.json')).mtimeMs) {
    say('installing the dependencies (npm ci), about a minute…');
    // No package needs its install script: everything native comes prebuilt. Warnings are about optional packages of other platforms.
    const result = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    if (result.status !== 0)
      stop(
        `npm ci ended with ${result.status ?? result.signal}. Its message stands above; most often the registry cannot be reached.`,
      );
  }
  writeFileSync(installedMark, wanted);
}

/** Builds out/ when a source changed. Returns why it could not, or null. */
export function build() {
  const release = takeBuildLock();
  try {
    const wanted = fingerprint();
    if (existsSync(builtMark) && readFileSync(builtMark, 'utf8') === wanted) return null;
    say('building…');
    const result = spawnSync(
      newerNode(),
      [at('node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: repository,
        env: environment(),
        stdio: ['ignore', 2, 2],
      },
    );
    if (result.status !== 0) return `The build ended with ${result.status ?? result.signal}; its message stands above.`;
    // Without them Assay runs all the same and says that they are missing.
    spawnSync(newerNode(), [at('scripts/notices.mjs')], {
      cwd: repository,
      env: environment(),
      stdio: ['ignore', 2, 2],
    });
    writeFileSync(builtMark, wanted);
    return null;
  } finally {
    release();
  }
}

/** The Node that runs Assay: the one that came with the dependencies, or this one where there is none for the platform and it is new enough. */
export function newerNode() {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  const names = [
    `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ];
  const path = names
    .flatMap((name) => [at('node_modules', name, 'bin', binary), at('node_modules', name, binary)])
    .find(existsSync);
  if (path) return path;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  return stop(
    `Assay needs Node 24 and npm has none for ${process.platform}-${process.arch}; this is ${process.version}. Install Node 24 and try again.`,
  );
}

/** For what runs on the newer Node: it comes first on PATH, and what npm tells its children about itself is left out. */
export function environment(more = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('npm_') || name === 'npm_config_registry',
  );
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    ...Object.fromEntries(kept),
    PATH: `${at('node_modules', '.bin')}${separator}${process.env.PATH ?? ''}`,
    ...more,
  };
}

export function say(sentence) {
  process.stderr.write(`assay: ${sentence}\n`);
}

function stop(sentence) {
  say(sentence);
  process.exit(3);
}

function npm(args) {
  const options = { cwd: repository, stdio: ['ignore', 2, 2] };
  const { npm_execpath: path } = process.env;
  if (path?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [path, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Names, sizes and times of all sources: notices a deleted file too. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const entry = statSync(at(path));
    if (entry.isDirectory()) for (const name of readdirSync(at(path)).sort()) add(`${path}/${name}`);
    else if (/\.(ts|tsx|css|html|json|svg|mjs)$/.test(path)) hash.update(`${path}\n${entry.size}\n${entry.mtimeMs}\n`);
  };
  for (const source of sources) add(source);
  return hash.digest('hex');
}

/** Two commands started at once must not build into the same folder. The lock of a process that is gone is void. Returns what gives it back. */
export function takeBuildLock(name = '.assay-building') {
  const lock = at('node_modules', name);
  for (let waited = 0; ; waited += 200) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return () => rmSync(lock, { recursive: true, force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (waited > 5_000 && !holderLives(lock)) rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function holderLives(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
