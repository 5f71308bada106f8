// `npm run screens [-- FILE… --project=…]`: takes a picture of every screen in each of its states, light and dark, at both sizes, into screens/.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from './buildNative.mjs';
import { installSystemPackages } from './debian.mjs';
import { environment, newerNode, ready, repository, say } from './ready.mjs';
import { run } from './run.mjs';

ready();
const unbuilt = await buildNative({ say });
if (unbuilt) say(unbuilt.sentence);
installSystemPackages();
// A whole run leaves no picture of a screen that no longer exists.
if (process.argv.length === 2) rmSync(join(repository, 'screens'), { recursive: true, force: true });
process.exitCode = await run(
  newerNode(),
  [
    join(repository, 'node_modules/@playwright/test/cli.js'),
    'test',
    '-c',
    'test/e2e/screens.config.ts',
    ...process.argv.slice(2),
  ],
  {
    cwd: repository,
    env: environment(),
  },
);
