// `npm run dist` makes the installers of this system and this processor; `npm run dist:dir` the unpacked app alone, once for the same sources.
// Electron is taken from ELECTRON_OVERRIDE_DIST_PATH or node_modules/electron/dist where it lies there, and downloaded otherwise.
// Further arguments go to electron-builder.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { writeChecksums } from './checksums.mjs';
import { electronBinary } from './electron.mjs';
import { writeNotices } from './notices.mjs';
import { environment, newerNode, ready, repository, say, takeBuildLock } from './ready.mjs';
import { run } from './run.mjs';

const at = (...path) => join(repository, ...path);
const [kind, ...rest] = process.argv.slice(2);
const unpackedOnly = kind === '--dir';
const more = unpackedOnly || kind === undefined ? rest : [kind, ...rest];
const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
const addon = at('native/addon/build/Release/assay-addon.node');
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

/** Nothing is made where something would be missing from it: the addon, or the Electron that the product is built for. */
async function installers() {
  const failed = whyOtherElectron() ?? (await buildNative());
  if (failed) {
    say(failed);
    return 1;
  }
  rmSync(at('dist'), { recursive: true, force: true });
  const code = await build();
  if (code === 0) await writeChecksums(at('dist'), `SHA256SUMS-${platform}-${process.arch}`);
  return code;
}

async function build(...options) {
  say('packing…');
  writeNotices();
  if (!existsSync(addon)) say('the native addon is not built: the lab of this package stays off, and says so.');
  return run(
    newerNode(),
    [
      at('node_modules/electron-builder/cli.js'),
      `--${platform}`,
      `--${process.arch}`,
      '--publish=never',
      ...electronSettings(),
      ...signature(),
      ...options,
      ...more,
    ],
    // A signature without a certificate is made for a pull request too: it holds no secret.
    { cwd: repository, env: environment({ CSC_FOR_PULL_REQUEST: 'true' }), stdio: ['ignore', 2, 2] },
  );
}

/** macOS starts nothing unsigned on Apple's processors: without a certificate the app is signed by nobody, which keeps it on machines that were told to trust it. */
function signature() {
  const { CSC_LINK, CSC_NAME } = process.env;
  return platform === 'mac' && (unpackedOnly || !(CSC_LINK || CSC_NAME)) ? ['-c.mac.identity=-'] : [];
}

/** An Electron that lies here is taken as it is. */
function electronSettings() {
  const folder = electronFolder();
  if (!folder) return [];
  return [`-c.electronDist=${folder}`, `-c.electronVersion=${electronVersion(folder)}`];
}

function whyOtherElectron() {
  const folder = electronFolder();
  const found = folder && electronVersion(folder);
  const wanted = JSON.parse(readFileSync(at('package.json'), 'utf8')).devDependencies.electron;
  return !found || found === wanted ? null : `Installers carry Electron ${wanted}; the one in ${folder} is ${found}.`;
}

function electronVersion(folder) {
  return readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
}

function electronFolder() {
  const binary = electronBinary();
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
  if (existsSync(addon)) add(addon);
  for (const name of readdirSync(at('native/sample-model')))
    if (/\.(gguf|json|md)$/.test(name)) add(at('native/sample-model', name));
  add(at('native/sample-model/datasets'));
  if (folder) add(join(folder, 'version'));
  hash.update(`${folder}\n${more.join('\n')}\n${readFileSync(at('out/.built-from'), 'utf8')}`);
  return hash.digest('hex');
}
