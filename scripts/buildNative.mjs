// `npm run build:native`: compiles native/addon with the compiler at hand. Costs nothing when up to date; without a compiler it says what is missing and goes on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { advice, compileArguments, findCompiler, link, runCompiler, unitsOf } from './compiler.mjs';

const repository = join(import.meta.dirname, '..');
const at = (...path) => join(repository, ...path);
const folder = at('native/addon');
const source = join(folder, 'source');
const bundle = at('node_modules/node-llama-cpp/llama/gitRelease.bundle');
const x64 = process.arch === 'x64';

/** Sanitizers slow it down and need their library loaded first: only `npm run sanitize` asks for them. */
export const outputs = { usual: 'build/Release', sanitized: 'build/Sanitized' };

/** Null when the addon stands. Else why not, as a sentence; `failed` is false where only a compiler or git is missing. */
export async function buildNative({ sanitized = false, say = defaultSay } = {}) {
  if (!existsSync(bundle)) return missing('node-llama-cpp is not installed.');
  const release = releaseOf();
  const output = join(folder, sanitized ? outputs.sanitized : outputs.usual);
  const made = join(output, 'assay-addon.node');
  const mark = join(output, '.built-from');
  const wanted = fingerprint([release, String(sanitized), process.platform, process.arch]);
  if (existsSync(made) && existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return null;

  const compiler = findCompiler();
  if (compiler === null) return missing(`there is no C++ compiler. ${advice()}`);
  const headers = prepareHeaders(release);
  if (headers === null) return missing(`the headers lie in a git bundle, and git could not read it. ${advice()}`);
  say(`building the native addon (${compiler}), under a minute…`);
  // A folder of its own: two commands may build at once, and a process may have the old file open.
  const work = join(folder, 'build', `work-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const includes = [
      join(headers.folder, 'include'),
      join(headers.folder, 'ggml/include'),
      at('node_modules/node-addon-api'),
      at('node_modules/node-api-headers/include'),
    ];
    const tasks = unitsOf(source).map(({ file, object, defines, extra }) => {
      const unit = [
        join(source, file),
        join(work, object),
        includes,
        { ...defines, ...common(headers.version) },
        extra,
      ];
      return {
        object: join(work, object),
        args: compileArguments(...unit, sanitized),
      };
    });
    const uncompiled = await all(tasks, (task) => runCompiler(compiler, task.args));
    if (uncompiled !== null) return broken(`it could not be compiled: ${uncompiled}`);
    const linked = join(work, 'assay-addon.node');
    const objects = tasks.map((task) => task.object);
    const unlinked = await link(compiler, objects, linked, work, sanitized);
    if (unlinked !== null) return broken(`it could not be linked: ${unlinked}`);
    mkdirSync(output, { recursive: true });
    renameSync(linked, made);
    writeFileSync(mark, wanted);
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const defaultSay = (sentence) => process.stderr.write(`assay: ${sentence}\n`);
const missing = (why) => ({ failed: false, sentence: `The lab stays off, for its native addon is not built: ${why}` });
const broken = (why) => ({ failed: true, sentence: `The native addon of the lab is not built: ${why}` });

function common(version) {
  return {
    ASSAY_LLAMA_VERSION: `"${version}"`,
    NAPI_VERSION: '8',
    NAPI_CPP_EXCEPTIONS: '',
    ...(x64 ? { ASSAY_X64: '' } : {}),
  };
}

/** The headers of the pinned release, out of its source bundle; null where git cannot read that. */
function prepareHeaders(release) {
  const target = join(folder, 'build', `headers-${release}`);
  const versionFile = join(target, 'version');
  if (!existsSync(versionFile)) {
    const clone = join(folder, 'build', `clone-${process.pid}`);
    const git = (...args) => spawnSync('git', args, { stdio: 'ignore' }).status === 0;
    mkdirSync(join(folder, 'build'), { recursive: true });
    const read =
      git('clone', '--quiet', '--no-checkout', bundle, clone) &&
      git('-C', clone, 'checkout', '--quiet', 'HEAD', '--', 'include', 'ggml/include', 'CMakeLists.txt');
    if (!read) {
      rmSync(clone, { recursive: true, force: true });
      return null;
    }
    for (const part of ['include', 'ggml/include'])
      cpSync(join(clone, part), join(target, part), { recursive: true, force: true });
    const text = readFileSync(join(clone, 'CMakeLists.txt'), 'utf8');
    const part = (name) => new RegExp(`LLAMA_VERSION_${name} (\\d+)`).exec(text)?.[1];
    rmSync(clone, { recursive: true, force: true });
    writeFileSync(versionFile, `${part('MAJOR')}.${part('MINOR')}.${part('PATCH')}-dev`);
  }
  return { folder: target, version: readFileSync(versionFile, 'utf8') };
}

const releaseOf = () =>
  JSON.parse(readFileSync(at('node_modules/node-llama-cpp/llama/binariesGithubRelease.json'), 'utf8')).release;

function fingerprint(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part}\n`);
  for (const file of readdirSync(source).sort()) hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  for (const file of [import.meta.filename, at('scripts/compiler.mjs')]) hash.update(readFileSync(file));
  for (const name of ['node-addon-api', 'node-api-headers', 'node-llama-cpp'])
    hash.update(JSON.parse(readFileSync(at('node_modules', name, 'package.json'), 'utf8')).version);
  return hash.digest('hex');
}

/** At most as many at once as there are processors. Returns what the first that failed said. */
async function all(tasks, work) {
  const waiting = [...tasks];
  let failed = null;
  await Promise.all(
    Array.from({ length: Math.max(1, Math.min(cpus().length, 8)) }, async () => {
      for (let task = waiting.shift(); task !== undefined && failed === null; task = waiting.shift())
        failed = (await work(task)) ?? failed;
    }),
  );
  return failed;
}

if (process.argv[1] === import.meta.filename) {
  const problem = await buildNative({ sanitized: process.argv.includes('--sanitized') });
  if (problem !== null) {
    defaultSay(problem.sentence);
    process.exitCode = 1;
  }
}
