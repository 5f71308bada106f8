// `npm run sanitize`: builds the native addon with the address and undefined-behaviour sanitizers and runs its tests with that build. Linux with g++.
// What a sanitizer finds is written to a file of its own, so that a test which expects a crash cannot hide it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNative, outputs } from './buildNative.mjs';
import { environment, newerNode, repository, say } from './ready.mjs';
import { run } from './run.mjs';

const problem = await buildNative({ sanitized: true, say });
if (problem !== null) {
  say(problem.sentence);
  process.exit(1);
}
/** Those whose engine processes are started by the test itself: the sanitizer has to be the first thing in a process. */
const ofTheAddon = [
  'addon',
  ...['divergence', 'divergenceCrashed', 'divergenceHostile', 'divergenceReplaced', 'quantize', 'quantizeFiles'].map(
    (name) => `host/${name}.test`,
  ),
];
const libraryOf = (name) =>
  spawnSync(process.env.CXX ?? 'g++', [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout.trim();
const reports = mkdtempSync(join(tmpdir(), 'assay-sanitizers-'));
const log = join(reports, 'report');
const code = await run(
  newerNode(),
  [
    join(repository, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--testTimeout=600000',
    '--maxWorkers=1',
    ...(process.argv.length > 2 ? process.argv.slice(2) : ofTheAddon),
  ],
  {
    cwd: repository,
    env: environment({
      ASSAY_ADDON: join(repository, 'native/addon', outputs.sanitized, 'assay-addon.node'),
      // The sanitizer comes first into the engine processes; the C++ library with it, for Node brings one of its own that it does not know.
      ASSAY_ENGINE_PRELOAD: `${libraryOf('libasan.so')}:${libraryOf('libstdc++.so.6')}`,
      // Node and llama.cpp are not instrumented and leave to the system what they hold at their end.
      ASAN_OPTIONS: `detect_leaks=0:abort_on_error=1:log_path=${log}`,
      UBSAN_OPTIONS: `print_stacktrace=1:halt_on_error=1:log_path=${log}`,
    }),
  },
);
const found = readdirSync(reports);
for (const name of found) process.stderr.write(readFileSync(join(reports, name), 'utf8'));
rmSync(reports, { recursive: true, force: true });
if (found.length > 0) say(`the sanitizers wrote ${found.length} reports.`);
else
  say(code === 0 ? 'the sanitizers found nothing.' : 'the sanitizers wrote nothing, but not all tests passed or ran.');
process.exitCode = code !== 0 || found.length > 0 ? 1 : 0;
