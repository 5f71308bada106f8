// `npm run bench [-- NAME… --OPTION…]`: runs test/bench/*.bench.ts one after the other, each in a process of its own and with the options; they print their ratios.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { privateDisplay } from './debian.mjs';
import { environment, newerNode, ready, repository, say } from './ready.mjs';
import { run } from './run.mjs';

const options = process.argv.slice(2).filter((arg) => arg.startsWith('--'));
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
ready();
const display = await privateDisplay();
const env = environment(display ? { DISPLAY: display.name } : {});
const folder = join(repository, 'test/bench');
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.bench.ts') && (names.length === 0 || names.some((name) => file.startsWith(name))),
);
for (const file of files.sort()) {
  say(file);
  const code = await run(newerNode(), [join(folder, file), ...options], { cwd: repository, env });
  if (code !== 0) process.exitCode = 1;
}
display?.close();
