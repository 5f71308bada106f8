import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Addon } from './types.d.ts';

export interface LoadedAddon {
  addon: Addon;
  /** Of llama.cpp, e.g. `0.4.0-dev`. */
  release: string;
  /** The CPU line of llama.cpp. */
  systemInfo: string;
}

/** Why the addon cannot be used, and what to do about it. */
export class AddonMissing extends Error {
  readonly reason: string;
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(`${reason} ${remedy}`);
    this.name = 'AddonMissing';
    this.reason = reason;
    this.remedy = remedy;
  }
}

const addonFile = 'assay-addon.node';
let loaded: LoadedAddon | undefined;

/**
 * Requires the addon and opens the engine's libraries with it; in an engine process only, for both can end the process.
 * Throws AddonMissing: not built, of another release, or not loadable on this system.
 */
export function loadAddon(): LoadedAddon {
  loaded ??= load();
  return loaded;
}

function load(): LoadedAddon {
  const file = addonPath();
  if (file === undefined)
    throw new AddonMissing('The native addon of the lab is not built on this machine.', howToBuild());
  const libraries = libraryFolder();
  if (libraries === undefined)
    throw new AddonMissing(
      'The libraries of the engine are not installed for this system.',
      'Install the dependencies again (npm ci), or reinstall Assay.',
    );
  let addon: unknown;
  try {
    addon = createRequire(import.meta.url)(file);
  } catch (thrown) {
    const why = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
    throw new AddonMissing(`The native addon of the lab does not load on this system: ${why}.`, howToBuild());
  }
  if (!isAddon(addon)) throw new AddonMissing('The file of the native addon is another one.', howToBuild());
  try {
    const { release, systemInfo } = addon.open(libraries);
    return { addon, release, systemInfo };
  } catch (thrown) {
    throw new AddonMissing(thrown instanceof Error ? thrown.message : String(thrown), howToBuild());
  }
}

function isAddon(value: unknown): value is Addon {
  return typeof value === 'object' && value !== null && 'open' in value && 'builtFor' in value;
}

/** Built here, or shipped with a release. ASSAY_ADDON names another one, for the build with sanitizers. */
function addonPath(): string | undefined {
  const named = process.env.ASSAY_ADDON;
  if (named !== undefined) return named;
  return upwards((folder) =>
    [
      join(folder, 'native/addon/build/Release', addonFile),
      join(folder, `native/addon/prebuilds/${process.platform}-${process.arch}`, addonFile),
    ].find(existsSync),
  );
}

/** The CPU libraries that node-llama-cpp ships for this system. ASSAY_LLAMA_LIBRARIES names another folder, for tests of other releases. */
function libraryFolder(): string | undefined {
  const named = process.env.ASSAY_LLAMA_LIBRARIES;
  if (named !== undefined) return named;
  const system = process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : process.platform;
  const names = [`${system}-${process.arch}`, `${system}-${process.arch}-metal`];
  return upwards((folder) =>
    names
      .map((name) => join(folder, 'node_modules/@node-llama-cpp', name, 'bins', name))
      .find(
        (path) =>
          existsSync(path) && readdirSync(path).some((file) => /^(lib)?llama[.\w-]*\.(so|dylib|dll)$/.test(file)),
      ),
  );
}

/** The first answer on the way from this file to the root; in a packaged app, out of the archive. */
function upwards(find: (folder: string) => string | undefined): string | undefined {
  const start = dirname(fileURLToPath(import.meta.url)).replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
  for (let folder = start; ; folder = dirname(folder)) {
    const found = find(folder);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) return undefined;
  }
}

function howToBuild(): string {
  const clone = upwards((folder) => (existsSync(join(folder, 'native/addon/source')) ? folder : undefined));
  if (clone === undefined || !isClone(clone)) return 'Reinstall Assay; everything else works without the lab.';
  const compiler =
    process.platform === 'win32'
      ? 'the Visual Studio Build Tools (Desktop development with C++)'
      : process.platform === 'darwin'
        ? 'the compiler (xcode-select --install)'
        : 'a C++ compiler and git (on Debian: sudo apt-get install g++ git)';
  return `Install ${compiler}, then run: npm run build:native. Everything else works without the lab.`;
}

function isClone(folder: string): boolean {
  try {
    return readFileSync(join(folder, 'package.json'), 'utf8').includes('build:native');
  } catch {
    // A packaged app has its manifest elsewhere.
    return false;
  }
}
