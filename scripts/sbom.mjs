// `npm run sbom [-- FILE]`: the bill of materials of what ships from this machine, CycloneDX in JSON, to a file or to stdout. npm reads it off the lock
// file, without the network; here it is cut down to what ships, and what npm cannot know is added: compiled-in libraries and the sample model.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ready, repository, say } from './ready.mjs';
import { nativeParts, shippedPackages } from './shipped.mjs';

ready();
const text = `${JSON.stringify(shippedBill(), null, 1)}\n`;
const [file] = process.argv.slice(2);
if (file) {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  say(`wrote ${path}`);
} else process.stdout.write(text);

function shippedBill() {
  const { name, version, description, license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
  const all = npmBill();
  const ships = new Set(shippedPackages().map((part) => `${part.name}@${part.version}`));
  const components = all.components
    .filter((part) => part.name === 'electron' || ships.has(`${part.name}@${part.version}`))
    .map(required);
  const references = new Set(components.map((component) => component['bom-ref']));
  const root = `${name}@${version}`;
  const added = [...nativeParts().map(library), ...sampleModel()];
  return {
    ...all,
    metadata: {
      ...all.metadata,
      component: {
        'bom-ref': root,
        type: 'application',
        name,
        version,
        description,
        licenses: [{ license: { id: license } }],
      },
    },
    components: [...components, ...added],
    dependencies: [
      ...all.dependencies
        .filter(({ ref }) => references.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => references.has(other)) })),
      { ref: root, dependsOn: [...references, ...added.map((component) => component['bom-ref'])] },
    ],
  };
}

function npmBill() {
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
  const options = { cwd: repository, encoding: 'utf8', maxBuffer: 64 * 2 ** 20, stdio: ['ignore', 'pipe', 'pipe'] };
  const { npm_execpath: path } = process.env;
  const result = path?.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [path, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.status === 0) return JSON.parse(result.stdout);
  say(`npm sbom ended with ${result.status ?? result.error?.message}: ${result.stderr}`);
  process.exit(3);
}

/** What the page is built from is a development dependency to npm and part of the product here. */
function required({ properties = [], ...component }) {
  return {
    ...component,
    scope: 'required',
    properties: properties.filter((property) => property.name !== 'cdx:npm:package:development'),
  };
}

function library({ name, inside, licence }) {
  return {
    'bom-ref': `${inside}#${name}`,
    type: 'library',
    name,
    scope: 'required',
    description: `Compiled into ${inside}.`,
    licenses: [{ license: { id: licence } }],
  };
}

function sampleModel() {
  const { files } = JSON.parse(readFileSync(join(repository, 'native/sample-model/manifest.json'), 'utf8'));
  return files.map((file) => ({
    'bom-ref': `sample-model#${file.file}`,
    type: 'machine-learning-model',
    name: file.file,
    scope: 'required',
    hashes: [{ alg: 'SHA-256', content: file.sha256 }],
    licenses: [{ license: { id: 'Apache-2.0' } }],
  }));
}
