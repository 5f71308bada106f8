// What a package of Assay brings of others: the npm packages that lie in it, those that a build took into out/, and the libraries inside native ones.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './ready.mjs';

const at = (...path) => join(repository, ...path);
const parse = (path) => JSON.parse(readFileSync(path, 'utf8'));

const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
/** What electron-builder.yml leaves out: libraries of other platforms and of CUDA, and what only builds llama.cpp or fetches models. */
const leftOut = new RegExp(
  `^node_modules/(@node-llama-cpp/(?!${platform}-${process.arch}(-vulkan|-metal)?$)|@reflink/|node-addon-api$|node-api-headers$)`,
);

/** The lock file's folders (`node_modules/a/node_modules/b`) of every installed package that ships, sorted. Needs a built out/. */
export function shippedFolders() {
  const { packages } = parse(at('package-lock.json'));
  const found = new Set();
  const queue = Object.keys(packages[''].dependencies).map((name) => resolveFrom(packages, '', name));
  for (const process of ['main', 'preload', 'renderer'])
    for (const name of parse(at('out', process, 'packages.json'))) found.add(`node_modules/${name}`);
  while (queue.length > 0) {
    const folder = queue.pop();
    // An optional package of another platform is not there.
    if (!folder || found.has(folder) || leftOut.test(folder) || !existsSync(at(folder, 'package.json'))) continue;
    found.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = packages[folder];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      queue.push(resolveFrom(packages, folder, name));
  }
  return [...found].sort();
}

/** Of each package, once a version: what its notice needs. */
export function shippedPackages() {
  const all = shippedFolders().map((folder) => {
    const { name, version, license, homepage, repository: source, author } = parse(at(folder, 'package.json'));
    const texts = readdirSync(at(folder))
      .filter((file) => /^(licen[sc]e|copying|notice)/i.test(file))
      .map((file) => readFileSync(at(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
    const home = homepage ?? (typeof source === 'string' ? source : source?.url) ?? '';
    return { name, version, licence: license, home, author: authorName(author), texts };
  });
  return [...new Map(all.map((part) => [`${part.name} ${part.version}`, part])).values()];
}

/** What native packages have compiled into them, by build/licences/native.json. */
export function nativeParts() {
  return parse(at('build/licences/native.json')).map((part) => ({
    ...part,
    text: readFileSync(at('build/licences', part.file), 'utf8').trim(),
  }));
}

/** As Node looks for a package: beside, then in each folder above. */
function resolveFrom(packages, folder, name) {
  for (let from = folder; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const candidate = `${from ? `${from}/` : ''}node_modules/${name}`;
    if (packages[candidate]) return candidate;
    if (from === '') return null;
  }
}

function authorName(author) {
  return typeof author === 'string' ? author.replace(/\s*<.*$/, '') : (author?.name ?? '');
}
