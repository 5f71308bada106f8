// `npm run build:native`: compiles native/addon with the compiler at hand. Costs nothing when up to date; without a compiler it says what is missing and goes on.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');
const at = (...path) => join(repository, ...path);
const folder = at('native/addon');
const source = join(folder, 'source');
const bundle = at('node_modules/node-llama-cpp/llama/gitRelease.bundle');
const windows = process.platform === 'win32';
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
    const tasks = unitsOf().map(({ file, object, defines, extra }) => {
      const unit = [
        join(source, file),
        join(work, object),
        includes,
        { ...defines, ...common(headers.version) },
        extra,
      ];
      return {
        object: join(work, object),
        args: windows ? windowsCompile(...unit) : unixCompile(...unit, sanitized),
      };
    });
    const uncompiled = await all(tasks, (task) => run(compiler, task.args));
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

/** rows.cpp once for each instruction set, everything else once. */
function unitsOf() {
  const files = readdirSync(source).filter((file) => file.endsWith('.cpp') && file !== 'rows.cpp');
  const extension = windows ? '.obj' : '.o';
  const sets = [
    { name: 'rowsPlain', gcc: [], msvc: [] },
    ...(x64
      ? [
          { name: 'rowsAvx2', gcc: ['-mavx2', '-mfma'], msvc: ['/arch:AVX2'] },
          {
            name: 'rowsAvx512',
            gcc: [
              '-mavx2',
              '-mfma',
              '-mavx512f',
              '-mavx512vl',
              '-mavx512dq',
              '-mavx512bw',
              '-mprefer-vector-width=512',
            ],
            msvc: ['/arch:AVX512'],
          },
        ]
      : []),
  ];
  return [
    ...files.map((file) => ({ file, object: file.replace('.cpp', extension), defines: {}, extra: [] })),
    ...sets.map(({ name, gcc, msvc }) => ({
      file: 'rows.cpp',
      object: `${name}${extension}`,
      defines: { ASSAY_ROWS: name },
      // No contraction to fused multiply-adds: every instruction set adds up to the same numbers.
      extra: windows
        ? ['/fp:precise', ...msvc]
        : ['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', ...gcc],
    })),
  ];
}

function unixCompile(file, object, includes, defines, extra, sanitized) {
  const checks = sanitized
    ? [
        '-O1',
        '-g',
        '-fno-omit-frame-pointer',
        '-fsanitize=address,undefined',
        '-fno-sanitize-recover=undefined',
        '-fno-sanitize=vptr',
      ]
    : ['-O3'];
  return [
    ...checks,
    '-std=c++17',
    '-fPIC',
    '-fvisibility=hidden',
    '-Wall',
    '-Wextra',
    '-Wno-unused-parameter',
    ...extra,
    ...Object.entries(defines).map(([name, value]) => `-D${name}${value === '' ? '' : `=${value}`}`),
    ...includes.flatMap((include) => ['-isystem', include]),
    '-c',
    file,
    '-o',
    object,
  ];
}

function windowsCompile(file, object, includes, defines, extra) {
  return [
    '/nologo',
    '/O2',
    '/std:c++17',
    '/EHsc',
    '/MD',
    '/utf-8',
    ...extra,
    ...Object.entries({ ...defines, _CRT_SECURE_NO_WARNINGS: '', NOMINMAX: '' }).map(
      ([name, value]) => `/D${name}${value === '' ? '' : `=${value}`}`,
    ),
    ...includes.map((include) => `/I${include}`),
    '/c',
    file,
    `/Fo${object}`,
  ];
}

async function link(command, objects, made, output, sanitized) {
  if (!windows) {
    const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-pthread', '-ldl'];
    return run(command, [
      '-shared',
      ...(sanitized ? ['-fsanitize=address,undefined'] : []),
      '-o',
      made,
      ...objects,
      ...system,
    ]);
  }
  // The functions of Node come from the program that loads the addon, whatever its name: an import library of node.exe, resolved late.
  const definitions = join(output, 'node.def');
  const exported = ['js_native_api.def', 'node_api.def'].flatMap((file) =>
    readFileSync(at('node_modules/node-api-headers/def', file), 'utf8')
      .split(/\r?\n/)
      .filter((line) => /^\s*(napi|node)_\w+\s*$/.test(line)),
  );
  writeFileSync(definitions, `LIBRARY node.exe\nEXPORTS\n${exported.join('\n')}\n`);
  const library = join(output, 'node.lib');
  const failed = await run('lib', [
    '/nologo',
    `/def:${definitions}`,
    `/out:${library}`,
    `/machine:${process.arch === 'arm64' ? 'ARM64' : 'X64'}`,
  ]);
  if (failed !== null) return failed;
  const hook = join(output, 'hook.obj');
  const hooked = await run(command, [
    '/nologo',
    '/O2',
    '/MD',
    '/c',
    at('node_modules/node-gyp/src/win_delay_load_hook.cc'),
    `/Fo${hook}`,
  ]);
  if (hooked !== null) return hooked;
  return run('link', [
    '/nologo',
    '/DLL',
    `/OUT:${made}`,
    ...objects,
    hook,
    library,
    'delayimp.lib',
    '/DELAYLOAD:node.exe',
  ]);
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

function findCompiler() {
  const candidates = process.env.CXX
    ? [process.env.CXX]
    : windows
      ? ['cl']
      : process.platform === 'darwin'
        ? ['clang++', 'g++']
        : ['g++', 'clang++', 'c++'];
  for (const command of candidates) {
    const asked = spawnSync(command, windows ? [] : ['--version'], { encoding: 'utf8' });
    if (asked.status === 0) return command;
  }
  return null;
}

function advice() {
  if (windows)
    return 'Install the Visual Studio Build Tools with "Desktop development with C++" and start from their prompt.';
  if (process.platform === 'darwin') return 'Install it with: xcode-select --install';
  return 'Install one (on Debian: sudo apt-get install g++ git).';
}

function fingerprint(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part}\n`);
  for (const file of readdirSync(source).sort()) hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  hash.update(readFileSync(import.meta.filename));
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

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : said.slice(-4000)));
  });
}

if (process.argv[1] === import.meta.filename) {
  const problem = await buildNative({ sanitized: process.argv.includes('--sanitized') });
  if (problem !== null) {
    defaultSay(problem.sentence);
    process.exitCode = 1;
  }
}
