import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesBelow, temporaryFolder } from '../helpers/command.ts';
import { descendants, isAlive, whyNoProcessControl } from '../helpers/processes.ts';

const root = join(import.meta.dirname, '../..');
const built = existsSync(join(root, 'out/main/cli.js')) && existsSync(join(root, 'out/renderer/index.html'));
const whyNot = whyNoProcessControl ?? (built ? null : 'nothing is built; npm run build');

interface Case {
  how: string;
  words: string[];
  display: string | undefined;
  more?: Record<string, string>;
  said: string;
}

describe.skipIf(whyNot !== null)(
  `npm start${whyNot === null ? '' : ` (skipped: ${whyNot})`}`,
  { timeout: 180_000 },
  () => {
    it.each<Case>([
      {
        how: 'without a display, and says which files it does not open',
        words: ['some model.gguf'],
        display: undefined,
        said: 'there is no display',
      },
      { how: 'when a browser is asked for', words: ['--browser'], display: ':0', said: '--browser was given' },
      {
        how: 'where the named folder holds no Electron',
        words: [],
        display: ':0',
        more: { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere/electron' },
        said: 'ELECTRON_OVERRIDE_DIST_PATH names /nowhere/electron, where no Electron lies',
      },
      ...(existsSync(join(root, 'node_modules/electron/dist'))
        ? []
        : [
            {
              how: 'where Electron cannot be downloaded',
              words: [],
              display: ':0',
              more: { ELECTRON_MIRROR: 'http://127.0.0.1:1/' },
              said: 'Electron could not be downloaded (TypeError: fetch failed)',
            },
          ]),
    ])('$how, in an empty home: says why there is no window, serves the app and prints the address', async (one) => {
      const home = temporaryFolder('assay-start-');
      const command = spawn(process.execPath, [join(root, 'scripts/start.mjs'), ...one.words], {
        cwd: home,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          USERPROFILE: home,
          TMPDIR: home,
          ...(one.display === undefined ? {} : { DISPLAY: one.display }),
          ...one.more,
          // No home of a person who runs the test, and no store of theirs.
          ASSAY_DATA_DIR: join(home, 'store'),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      const ended = new Promise<number | null>((resolve) => command.on('close', (code) => resolve(code)));
      onTestFinished(async () => {
        for (const pid of [command.pid ?? 0, ...descendants(command.pid ?? 0)].filter(isAlive))
          process.kill(pid, 'SIGKILL');
        await ended;
      });
      command.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const address = await new Promise<string>((resolve, reject) => {
        command.stdout.setEncoding('utf8').on('data', (text: string) => {
          stdout += text;
          const found = /^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/m.exec(stdout)?.[0];
          if (found !== undefined) resolve(found);
        });
        void ended.then((code) => reject(new Error(`It ended with ${code}:\n${stderr}${stdout}`)));
      });
      expect(stderr).toContain(`no window, because ${one.said}`);
      for (const file of one.words.filter((word) => word.endsWith('.gguf')))
        expect(stderr).toContain(`not opened: ${join(home, file)}. Add them on the page, under Models.`);
      const entered = await fetch(address, { redirect: 'manual' });
      const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
      const page = await fetch(new URL('/', address), { headers: { cookie } });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('<title>Assay');

      const processes = descendants(command.pid ?? 0);
      for (const pid of processes) process.kill(pid, 'SIGINT');
      expect(await ended).toBe(0);
      expect(processes.filter(isAlive)).toEqual([]);
      // Nothing was created, so nothing is left behind in that home.
      expect(filesBelow(home).filter((file) => !file.startsWith('node-compile-cache'))).toEqual([]);
    });
  },
);
