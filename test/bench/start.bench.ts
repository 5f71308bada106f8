// From spawn to the first frame in which a person can act: the app's unlock screen against a bare window of the same binary, by turns.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, whyNoElectron } from '../e2e/browsers.ts';
import { runCommand } from '../e2e/command.ts';
import { electronCommand, electronEnvironment } from '../e2e/desktopHome.ts';
import { electronWithApp } from '../e2e/electronCopy.ts';
import { firstFrame } from './firstFrame.ts';
import { median } from './median.ts';
import { tell } from './summary.ts';

const rounds = 7;
/** Allowed on top of the bare window. */
const budgetMs = 400;

const reason =
  whyNoElectron() ?? (process.platform === 'linux' ? null : 'the copies of one binary are made on Linux only');
if (reason) console.log(`start: not measured (${reason})`);
else await measure();

async function measure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-start-'));
  try {
    const data = join(folder, 'data');
    await runCommand(['vault', 'create', '--data-dir', data, '--json'], {
      ASSAY_PASSPHRASE: 'correct horse battery staple',
    });
    const app = await electronCommand(data);
    const bare = await bareWindow(join(folder, 'profile'));
    const times = { app: [] as number[], bare: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      const bareMs = await firstFrame(bare.program, bare.arguments, electronEnvironment(), 'button');
      const appMs = await firstFrame(app.program, app.arguments, electronEnvironment(), 'input[type=password]');
      // The first round fills caches.
      if (round > 0) {
        times.bare.push(bareMs);
        times.app.push(appMs);
      }
    }
    const [app50, bare50] = [median(times.app), median(times.bare)];
    const difference = median(times.app.map((ms, round) => ms - (times.bare[round] ?? Number.NaN)));
    console.log(
      `start: bare window ${bare50.toFixed(0)} ms, app ${app50.toFixed(0)} ms, difference ${difference.toFixed(0)} ms (median of ${rounds}; at most ${budgetMs})`,
    );
    tell({
      figure: 'start: first frame in which a person can act, more than a bare window',
      value: difference,
      unit: 'ms',
      atMost: budgetMs,
      note: `bare ${bare50.toFixed(0)} ms, app ${app50.toFixed(0)} ms`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The least that Electron can do: one sandboxed window with one button from a file. */
async function bareWindow(profile: string): Promise<{ program: string; arguments: string[] }> {
  const app = join(repository, 'node_modules/.cache/assay-bare-window');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'bare', type: 'module', main: 'main.js' }));
  await writeFile(join(app, 'index.html'), '<!doctype html><title>bare</title><button>Act</button>');
  await writeFile(
    join(app, 'main.js'),
    `import { app, BrowserWindow } from 'electron';
    app.whenReady().then(() => {
      const window = new BrowserWindow({ width: 1440, height: 900, show: false, webPreferences: { sandbox: true } });
      window.once('ready-to-show', () => window.show());
      window.loadFile(new URL('index.html', import.meta.url).pathname);
    });`,
  );
  const program = await electronWithApp(app);
  if (!program) throw new Error('There is no copy of Electron for the bare window.');
  return { program, arguments: ['--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`] };
}
