// `npm test`: installs what is missing, runs every check, says why any was skipped, and ends with one line that counts them all.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { countPlaywright, countVitest, reasonLines } from './counts.mjs';
import { installSystemPackages, privateDisplay } from './debian.mjs';
import { build, environment, install, newerNode, repository, say } from './ready.mjs';
import { run } from './run.mjs';

const results = join(repository, 'test-results');
const total = { passed: 0, failed: 0 };
/** Why each skipped test was. */
const skipped = [];
/** Where Node keeps what it compiled: the tests start some hundreds of processes from the same sources. */
const compiled = { NODE_COMPILE_CACHE: join(repository, 'node_modules/.cache/compiled') };
/** For one runner, far more than it takes on two free cores; what hangs is ended and counts as failed. */
const limitMs = 32 * 60_000;

install();
installSystemPackages();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

await step('types of the processes', () => program('typescript/bin/tsc', '-p', 'tsconfig.node.json'));
await step('types of the page', () => program('typescript/bin/tsc', '-p', 'tsconfig.web.json'));
await step('lint', () => program('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'));
const built = await step('build', () => Promise.resolve(build() === null ? 0 : 1));

await step('native addon', async () => {
  const problem = await buildNative({ say });
  if (problem !== null) say(problem.sentence);
  return problem?.failed ? 1 : 0;
});

await suite('layers, unit, host, transport, migrations', 'vitest.json', countVitest, () =>
  program(
    'vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    '--reporter=./scripts/skipNotes.mjs',
    `--outputFile.json=${join(results, 'vitest.json')}`,
  ),
);
if (built) {
  const display = await privateDisplay();
  // Both homes at once, one app each: a spec waits more than it computes.
  await Promise.all(
    ['chromium', 'electron'].map((home) =>
      suite(`end to end, ${home}`, `${home}.json`, countPlaywright, () => endToEnd(home, display)),
    ),
  );
  display?.close();
} else {
  say('the end-to-end specs were not run: there is nothing built.');
}

process.exitCode = total.failed > 0 ? 1 : 0;
for (const line of reasonLines(skipped)) console.log(line);
console.log(`${total.passed} passed, ${total.failed} failed, ${skipped.length} skipped`);

/** One check that holds or not. */
async function step(name, work) {
  say(name);
  const ok = (await work()) === 0;
  if (ok) total.passed += 1;
  else total.failed += 1;
  if (!ok) say(`${name}: failed`);
  return ok;
}

/** A runner that writes its results into a file. One that ended badly without naming a failure, or wrote none, counts as one. */
async function suite(name, file, count, work) {
  say(name);
  const code = await work();
  const path = join(results, file);
  const told = existsSync(path);
  const counts = told ? count(JSON.parse(readFileSync(path, 'utf8'))) : { passed: 0, failed: 0, skipped: [] };
  if ((code !== 0 || !told) && counts.failed === 0) counts.failed = 1;
  if (!told) say(`${name}: no result was written`);
  if (code !== 0) say(`${name}: ended with ${code}`);
  for (const key of Object.keys(total)) total[key] += counts[key];
  skipped.push(...counts.skipped);
}

/** The specs in one home. */
function endToEnd(home, display) {
  const tool = join(repository, 'node_modules/@playwright/test/cli.js');
  return run(newerNode(), [tool, 'test', '-c', 'test/e2e/playwright.config.ts', `--project=${home}`], {
    cwd: repository,
    env: environment({
      ...compiled,
      ...(display ? { DISPLAY: display.name } : {}),
      PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
      ASSAY_HOME: home,
    }),
    timeout: limitMs,
  });
}

/** A tool of node_modules on the newer Node. */
function program(path, ...args) {
  return run(newerNode(), [join(repository, 'node_modules', path), ...args], {
    cwd: repository,
    env: environment(compiled),
    timeout: limitMs,
  });
}
