import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { repository, whyNoElectron } from '../browsers.ts';
import { killTree, processTree } from '../processTree.ts';

// `npm start` itself, in an empty home: not the app that a test starts in its own way.
test('npm start opens a window on an empty home, where no process dumps its memory, and ends with the window', async () => {
  const reason = whyNoElectron();
  test.skip(reason !== null, reason ?? '');
  test.setTimeout(120_000);
  const home = await mkdtemp(join(tmpdir(), 'assay-start-'));
  const { HOME: _home, XDG_CONFIG_HOME: _config, XDG_DATA_HOME: _data, ASSAY_DATA_DIR: _folder, ...rest } = process.env;
  const line = [process.execPath, join(repository, 'scripts/start.mjs'), '--remote-debugging-port=0', '--disable-gpu'];
  const [program = '', ...words] =
    process.platform === 'linux' ? ['sh', '-c', 'ulimit -c unlimited; exec "$@"', 'sh', ...line] : line;
  const command = spawn(program, words, {
    cwd: home,
    env: { ...rest, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<number | null>((resolve) => command.on('close', (code) => resolve(code)));
  try {
    const address = await new Promise<string>((resolve, reject) => {
      const hear = (text: string) => {
        said += text;
        const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      command.stdout.setEncoding('utf8').on('data', hear);
      command.stderr.setEncoding('utf8').on('data', hear);
      void ended.then((code) => reject(new Error(`It ended with ${code}:\n${said}`)));
    });
    const browser = await chromium.connectOverCDP(address);
    await expect
      .poll(() => browser.contexts().flatMap((context) => context.pages()).length, { timeout: 60_000 })
      .toBe(1);
    const page = browser.contexts()[0]?.pages()[0];
    if (page === undefined) throw new Error('There is no page.');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('input[type=password]').first()).toBeVisible({ timeout: 60_000 });
    if (process.platform === 'linux') {
      const [, ...app] = processTree(command.pid ?? 0);
      expect(app.some(({ command: line }) => line.includes('--type=renderer'))).toBe(true);
      const dumping = app.filter(
        ({ pid }) => !/^Max core file size +0 +0 /m.test(readFileSync(`/proc/${pid}/limits`, 'utf8')),
      );
      expect(dumping.map(({ command: line }) => line)).toEqual([]);
    }
    await page.close();
    // On macOS an app goes on without a window.
    if (process.platform !== 'darwin') expect(await ended).toBe(0);
  } finally {
    if (command.exitCode === null && command.signalCode === null) killTree(command.pid ?? 0);
    await ended;
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
});
