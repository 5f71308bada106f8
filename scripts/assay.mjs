#!/usr/bin/env node
// The `assay` command in a clone: installs and builds what is missing, then runs it. Nothing of its own on stdout.
import { join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { environment, newerNode, ready, repository } from './ready.mjs';
import { run } from './run.mjs';

ready();
const words = process.argv.slice(2);
// The commands of the lab say themselves what is missing when this cannot build it. Who asks for help waits for no compiler.
const helps = words.some((word) => ['-h', '--help'].includes(word));
if (!helps && ['quantize', 'compare', 'serve'].includes(words[0])) await buildNative();
// npm changes to the clone's folder; paths on the line are meant from where the person stands.
const cwd = process.env.npm_lifecycle_event === 'assay' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
process.exitCode = await run(newerNode(), [join(repository, 'out/main/cli.js'), ...words], {
  cwd,
  env: environment(),
  // Over the channel nothing is said: that it is gone tells the command that this was killed.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
