// The compiler of this machine, and what it is told for the native addon.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const at = (...path) => join(import.meta.dirname, '..', ...path);
const windows = process.platform === 'win32';
const x64 = process.arch === 'x64';

/** What is built once for each instruction set. */
const inSets = ['rows.cpp', 'halfKernel.cpp', 'sixBitKernel.cpp'];
const sets = [
  { name: 'plain', gcc: [], msvc: [] },
  ...(x64
    ? [
        { name: 'avx2', gcc: ['-mavx2', '-mfma', '-mf16c'], msvc: ['/arch:AVX2'] },
        {
          name: 'avx512',
          gcc: [
            '-mavx2',
            '-mfma',
            '-mf16c',
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

export function unitsOf(source) {
  const files = readdirSync(source).filter((file) => file.endsWith('.cpp') && !inSets.includes(file));
  const extension = windows ? '.obj' : '.o';
  return [
    ...files.map((file) => ({ file, object: file.replace('.cpp', extension), defines: {}, extra: [] })),
    ...inSets.flatMap((file) =>
      sets.map(({ name, gcc, msvc }) => ({
        file,
        object: file.replace('.cpp', `.${name}${extension}`),
        defines: { ASSAY_SET: name },
        // No contraction to fused multiply-adds: every instruction set adds up to the same numbers.
        extra: windows
          ? ['/fp:precise', ...msvc]
          : ['-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', ...gcc],
      })),
    ),
  ];
}

export function compileArguments(file, object, includes, defines, extra, sanitized) {
  return windows
    ? windowsCompile(file, object, includes, defines, extra)
    : unixCompile(file, object, includes, defines, extra, sanitized);
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

export async function link(command, objects, made, output, sanitized) {
  if (!windows) {
    const system = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : ['-pthread', '-ldl'];
    return runCompiler(command, [
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
  const failed = await runCompiler('lib', [
    '/nologo',
    `/def:${definitions}`,
    `/out:${library}`,
    `/machine:${process.arch === 'arm64' ? 'ARM64' : 'X64'}`,
  ]);
  if (failed !== null) return failed;
  const hook = join(output, 'hook.obj');
  const hooked = await runCompiler(command, [
    '/nologo',
    '/O2',
    '/MD',
    '/c',
    at('node_modules/node-gyp/src/win_delay_load_hook.cc'),
    `/Fo${hook}`,
  ]);
  if (hooked !== null) return hooked;
  return runCompiler('link', [
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

/** Null where there is none. */
export function findCompiler() {
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

/** How to get one, as a sentence. */
export function advice() {
  if (windows)
    return 'Install the Visual Studio Build Tools with "Desktop development with C++" and start from their prompt.';
  if (process.platform === 'darwin') return 'Install it with: xcode-select --install';
  return 'Install one (on Debian: sudo apt-get install g++ git).';
}

/** Null when it went well, else what the program said. */
export function runCompiler(command, args) {
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
