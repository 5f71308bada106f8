// `npm run dist` makes the installers of this system and this processor; `npm run dist:dir` the unpacked app alone, once for the same sources.
// Electron is taken from ELECTRON_OVERRIDE_DIST_PATH or node_modules/electron/dist where it lies there, and downloaded otherwise.
// Further arguments go to electron-builder.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { electronBinary } from './electron.mjs';
import { writeNotices } from './notices.mjs';
import { environment, newerNode, ready, repository, say, takeBuildLock } from './ready.mjs';
import { run } from './run.mjs';

const at = (...path) => join(repository, ...path);
const [kind, ...rest] = process.argv.slice(2);
const unpackedOnly = kind === '--dir';
const more = unpackedOnly || kind === undefined ? rest : [kind, ...rest];
const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
const mark = at('dist', '.unpacked-from');

ready();
const release = takeBuildLock('.assay-packing');
try {
  process.exitCode = await (unpackedOnly ? unpacked() : installers());
} finally {
  release();
}

async function unpacked() {
  const wanted = fingerprint();
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return 0;
  rmSync(mark, { force: true });
  const code = await build('--dir');
  if (code === 0) writeFileSync(mark, wanted);
  return code;
}

async function installers() {
  rmSync(at('dist'), { recursive: true, force: true });
  const code = await build();
  if (code === 0) await writeChecksums();
  return code;
}

async function build(...options) {
  say('packing…');
  writeNotices();
  if (!existsSync(at('native/addon/build/Release')) && !existsSync(at('native/addon/prebuilds')))
    say('the native addon is not built: this package quantizes and measures nothing with it, and says so.');
  return run(
    newerNode(),
    [
      at('node_modules/electron-builder/cli.js'),
      `--${platform}`,
      `--${process.arch}`,
      '--publish=never',
      ...electronSettings(),
      ...options,
      ...more,
    ],
    { cwd: repository, env: environment(), stdio: ['ignore', 2, 2] },
  );
}

/** An Electron that lies here is taken as it is. */
function electronSettings() {
  const folder = electronFolder();
  if (!folder) return [];
  return [
    `-c.electronDist=${folder}`,
    `-c.electronVersion=${readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '')}`,
  ];
}

function electronFolder() {
  const binary = electronBinary({ download: false });
  if (!binary) return null;
  // On macOS the binary lies four folders down, in Electron.app/Contents/MacOS.
  return process.platform === 'darwin' ? dirname(dirname(dirname(dirname(binary)))) : dirname(binary);
}

/** Names, sizes and times of everything that goes in, and what out/ was built from. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const entry = statSync(path);
    if (entry.isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${path}\n${entry.size}\n${entry.mtimeMs}\n`);
  };
  const folder = electronFolder();
  for (const path of ['electron-builder.yml', 'package.json', 'package-lock.json', 'LICENSE', 'build', 'scripts'])
    add(at(path));
  for (const path of ['native/addon/build/Release', 'native/addon/prebuilds']) if (existsSync(at(path))) add(at(path));
  for (const name of readdirSync(at('native/sample-model')))
    if (/\.(gguf|json|md)$/.test(name)) add(at('native/sample-model', name));
  add(at('native/sample-model/datasets'));
  if (folder) add(join(folder, 'version'));
  hash.update(`${folder}\n${more.join('\n')}\n${readFileSync(at('out/.built-from'), 'utf8')}`);
  return hash.digest('hex');
}

/** In the form that `sha256sum --check` reads. */
async function writeChecksums() {
  const files = readdirSync(at('dist'), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(exe|dmg|zip|AppImage|deb)$/.test(entry.name))
    .map(({ name }) => name)
    .sort();
  const lines = [];
  for (const name of files) lines.push(`${await sha256(at('dist', name))}  ${name}\n`);
  writeFileSync(at('dist', `SHA256SUMS-${platform}-${process.arch}`), lines.join(''));
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest('hex');
}
