#!/usr/bin/env node
// The `assay` command in a clone: installs and builds what is missing, then runs it. Nothing of its own on stdout.
import { join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { environment, newerNode, ready, repository } from './ready.mjs';
import { run } from './run.mjs';

ready();
// The commands of the lab say themselves what is missing when this cannot build it.
if (['quantize', 'compare', 'serve'].includes(process.argv[2])) await buildNative();
// npm changes to the clone's folder; paths on the line are meant from where the person stands.
const cwd = process.env.npm_lifecycle_event === 'assay' ? (process.env.INIT_CWD ?? process.cwd()) : process.cwd();
process.exitCode = await run(newerNode(), [join(repository, 'out/main/cli.js'), ...process.argv.slice(2)], {
  cwd,
  env: environment(),
});
