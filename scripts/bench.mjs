// `npm run bench [-- NAME… --OPTION…]`: runs test/bench/*.bench.ts one after the other, each in a process of its own and with the options; they print their ratios, and the last thing is one table of all figures against their targets.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { privateDisplay } from './debian.mjs';
import { environment, newerNode, ready, repository, say } from './ready.mjs';
import { run } from './run.mjs';

const options = process.argv.slice(2).filter((arg) => arg.startsWith('--'));
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
ready();
const unbuilt = await buildNative({ say });
if (unbuilt) say(unbuilt.sentence);
const display = await privateDisplay();
const work = mkdtempSync(join(tmpdir(), 'assay-bench-figures-'));
const figures = join(work, 'figures.jsonl');
const env = environment({ ...(display ? { DISPLAY: display.name } : {}), ASSAY_BENCH_FIGURES: figures });
const begun = Date.now();
const folder = join(repository, 'test/bench');
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.bench.ts') && (names.length === 0 || names.some((name) => file.startsWith(name))),
);
for (const file of files.sort()) {
  say(file);
  const code = await run(newerNode(), [join(folder, file), ...options], { cwd: repository, env });
  if (code !== 0) process.exitCode = 1;
  // Ended by a signal, so is the whole of it.
  if (code > 128) break;
}
display?.close();
printTable();
rmSync(work, { recursive: true });

/** figure · measured · target · met or missed · load of the machine. */
function printTable() {
  if (!existsSync(figures)) return;
  const lines = readFileSync(figures, 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const { figure, value, unit, atMost, atLeast, note, load } = JSON.parse(line);
    const within = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
    const target = atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : '';
    const verdict = target === '' ? '' : within ? 'met' : 'MISSED';
    const shown =
      Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(3);
    return [verdict, `${shown} ${unit}`.trim(), target, figure, note ?? '', String(load)];
  });
  const table = [['', 'measured', 'target', 'figure', 'note', 'load'], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  console.log('');
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    );
  console.log(`${lines.length} figures in ${((Date.now() - begun) / 60_000).toFixed(1)} minutes.`);
}
