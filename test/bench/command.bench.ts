/**
 * What starting the command costs, in processor seconds of user and system together: `assay --version`, `--help`, and a bare Node beside
 * them, one after another in each round. Each process tells its own use as it exits.
 * Run: node test/bench/command.bench.ts [rounds, default 15]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './median.ts';
import { tell } from './summary.ts';

const rounds = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 15);
const root = join(import.meta.dirname, '../..');
const built = join(root, 'out/main/cli.js');
const source = join(root, 'main/cli/entry.ts');
const report = "process.on('exit',()=>console.error('usage '+JSON.stringify(process.cpuUsage())))";

const commands: Record<string, string[]> = {
  bareNode: ['--eval', '0'],
  versionFromSource: [source, '--version'],
  helpFromSource: [source, '--help'],
  ...(existsSync(built) ? { versionBuilt: [built, '--version'], helpBuilt: [built, '--help'] } : {}),
};

/** Processor seconds of one run. */
function use(words: string[]): number {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, ...words],
    { encoding: 'utf8' },
  );
  const told = /usage (\{.*\})/.exec(stderr)?.[1];
  if (status !== 0 || !told) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
  const { user, system }: { user: number; system: number } = JSON.parse(told);
  return (user + system) / 1e6;
}

const seconds = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
for (let round = 0; round <= rounds; round++) {
  for (const [name, words] of Object.entries(commands)) {
    const used = use(words);
    // The first round only warms the file cache.
    if (round > 0) seconds.get(name)?.push(used);
  }
}

const summary = Object.fromEntries(
  [...seconds].map(([name, used]) => [
    name,
    { medianCpuSeconds: median(used), largest: Math.max(...used), runs: used.length },
  ]),
);
for (const name of ['versionBuilt', 'helpBuilt', 'versionFromSource', 'helpFromSource']) {
  const used = summary[name];
  if (used) tell({ figure: `command, processor time: ${name}`, value: used.medianCpuSeconds, unit: 's', atMost: 0.5 });
}
console.log(JSON.stringify({ rounds, node: process.version, ...summary }, null, 2));
