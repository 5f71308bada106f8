import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';

const isBuilt = existsSync(join(import.meta.dirname, '../../out/renderer/index.html'));

describe.skipIf(!isBuilt)(
  `assay serve${isBuilt ? '' : ' (skipped: the page is not built; npm run build)'}`,
  { timeout: 300_000 },
  () => {
    it.each(['SIGINT', 'SIGTERM'] as const)(
      'prints an address that answers, and ends cleanly on %s',
      async (signal) => {
        const folder = temporaryFolder();
        const command = startCommand(['serve', '--data-dir', join(folder, 'store')]);
        const said = await command.says(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/m);
        const address = /http:\S+/.exec(said)?.[0] ?? '';
        const first = await fetch(address, { redirect: 'manual' });
        expect(first.status).toBe(200);
        const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
        const page = await fetch(new URL('/', address), { headers: { cookie } });
        expect(page.status).toBe(200);
        expect(await page.text()).toContain('<html');
        command.child.kill(signal);
        expect(await command.ended).toMatchObject({ code: 0, signal: null, stdout: `${address}\n` });
        await expect(fetch(address)).rejects.toThrow();
        expect(filesBelow(folder)).toEqual([]);
      },
    );

    it('--json prints one document with the address, the port and the process', async () => {
      const command = startCommand(['serve', '--ephemeral', '--json']);
      await command.says(/\}\n/);
      command.child.kill('SIGINT');
      const { code, stdout } = await command.ended;
      expect(code).toBe(0);
      const { url, port, pid } = JSON.parse(stdout);
      expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/\\?token=`));
      expect(pid).toBe(command.child.pid);
    });

    it('a passphrase in the environment that does not open the store: exit code 2, and nothing is served', async () => {
      const folder = temporaryFolder();
      const words = ['--data-dir', folder];
      const created = await runCommand(['vault', 'create', ...words], {
        environment: { ASSAY_PASSPHRASE: 'the right one' },
      });
      expect(created.code, created.stderr).toBe(0);
      const served = await runCommand(['serve', ...words], { environment: { ASSAY_PASSPHRASE: 'a wrong one' } });
      expect(served).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('passphrase') });
    });

    it('ASSAY_PASSPHRASE opens the store for the page; meanwhile another command says who has it and ends with 3', async () => {
      const words = ['--data-dir', temporaryFolder(), '--json'];
      const environment = { ASSAY_PASSPHRASE: 'correct horse battery staple' };
      expect((await runCommand(['vault', 'create', ...words], { environment })).code).toBe(0);
      const command = startCommand(['serve', ...words], { environment });
      await command.says(/\}\n/);
      const other = await runCommand(['audit', 'verify', ...words], { environment });
      expect(other.code, other.stderr).toBe(3);
      expect(JSON.parse(other.stdout).error.code).toBe('STORE_IN_USE');
      expect(other.stderr).toContain(`process ${command.child.pid}`);
      command.child.kill('SIGTERM');
      expect(await command.ended).toMatchObject({ code: 0 });
      expect((await runCommand(['audit', 'verify', ...words], { environment })).code).toBe(0);
    });

    it('a port that is taken: exit code 2 and a sentence that names it', async () => {
      const first = startCommand(['serve', '--ephemeral', '--json']);
      await first.says(/\}\n/);
      const port = /"port":(\d+)/.exec(await first.says(/"port"/))?.[1] ?? '';
      const second = await startCommand(['serve', '--ephemeral', '--port', port]).ended;
      expect(second).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(port) });
    });
  },
);
