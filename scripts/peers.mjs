// `npm run peers`: llama-perplexity, llama-quantize and llama-imatrix out of node-llama-cpp's source bundle, into the ignored folder .peers, to compare the lab with.
// They are linked against the very libraries that Assay runs on, so a difference is one of the tools and not of a build. Linux only.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');
const folder = join(repository, '.peers');
const sources = join(folder, 'llama.cpp');
const bin = join(folder, 'bin');
const system = `linux-${process.arch}`;
const libraries = join(repository, 'node_modules/@node-llama-cpp', system, 'bins', system);
const tools = {
  'llama-perplexity': ['tools/perplexity/perplexity.cpp', 'tools/perplexity/main.cpp'],
  'llama-quantize': ['tools/quantize/quantize.cpp', 'tools/quantize/main.cpp'],
  'llama-imatrix': ['tools/imatrix/imatrix.cpp'],
};

if (process.platform !== 'linux' || !existsSync(libraries))
  stop('the peers are built on Linux, with the packages of npm ci.');
const release = JSON.parse(
  readFileSync(join(repository, 'node_modules/node-llama-cpp/llama/binariesGithubRelease.json'), 'utf8'),
).release;
const mark = join(bin, `.built-from-${release}`);
if (!existsSync(mark)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  run('git', [
    '-c',
    'advice.detachedHead=false',
    'clone',
    '--quiet',
    join(repository, 'node_modules/node-llama-cpp/llama/gitRelease.bundle'),
    sources,
  ]);
  // Each program finds its libraries and their CPU variants beside itself.
  const files = readdirSync(libraries).filter((file) => file.endsWith('.so'));
  for (const file of files) symlinkSync(join(libraries, file), join(bin, file));
  const linked = files.filter((file) => /^lib(llama-common|llama\.v|ggml\.v|ggml-base)/.test(file));
  for (const [name, parts] of Object.entries(tools)) {
    process.stderr.write(`assay: building ${name} of llama.cpp ${release}\n`);
    run(process.env.CXX ?? 'g++', [
      '-O3',
      '-DNDEBUG',
      '-DLLAMA_SUBPROCESS',
      '-std=c++17',
      ...['include', 'ggml/include', 'common', 'vendor'].flatMap((path) => ['-I', join(sources, path)]),
      ...parts.map((part) => join(sources, part)),
      '-o',
      join(bin, name),
      `-L${libraries}`,
      ...linked.map((file) => `-l:${file}`),
      '-Wl,-rpath,$ORIGIN',
      '-pthread',
    ]);
  }
  writeFileSync(mark, '');
}
process.stderr.write(`assay: the peers stand in ${bin}\n`);

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) stop(`${command} ended with ${status ?? error?.message}.`);
}

function stop(sentence) {
  process.stderr.write(`assay: ${sentence}\n`);
  process.exit(1);
}
