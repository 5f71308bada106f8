import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, runCommand, startCommand, temporaryFolder } from '../helpers/command.ts';
import { tasksFile as tasks } from '../helpers/divergenceInput.ts';
import { whyNoLab } from '../helpers/labHost.ts';
import { whyNoProcessControl } from '../helpers/processes.ts';

const compare = ['compare', '--ephemeral', '--threads', '1', '--reference', 'sample'];

describe('an assay compare that is cut off', { timeout: 300_000 }, () => {
  let why: string | null = null;
  beforeAll(async () => {
    why = await whyNoLab();
  });

  it('interrupted ends with 130, leaves no half file, and does not put a part in the place of a whole report', async ({
    skip,
  }) => {
    skip(why !== null, why ?? '');
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const out = temporaryFolder();
    const base = join(out, 'base.bin');
    const report = join(temporaryFolder(), 'report.html');
    writeFileSync(report, 'a whole one');
    const command = startCommand([
      ...compare,
      '--html',
      report,
      '--overwrite',
      '-c',
      'sample:Q4_K_M',
      '--text',
      'sample',
      '--context',
      '64',
      '--save-base',
      base,
    ]);
    // Rows of some eighty chunks, so that the first of them were told of.
    const written = () => Math.max(0, ...filesBelow(out).map((name) => statSync(join(out, name)).size));
    await expect.poll(written, { timeout: 60_000, interval: 5 }).toBeGreaterThan(8_000_000);
    command.child.kill('SIGINT');
    const ended = await command.ended;
    expect(ended.code, ended.stderr).toBe(existsSync(base) ? 0 : 130);
    expect(filesBelow(out).filter((name) => name !== 'base.bin')).toEqual([]);
    expect(readFileSync(report, 'utf8') === 'a whole one').toBe(ended.code === 130);
    expect(ended.stderr.includes('was left as it is: this run did not come to its end.')).toBe(ended.code === 130);
  });

  it('goes on as it was begun, and once it is done is printed once more', async ({ skip }) => {
    skip(why !== null, why ?? '');
    skip(whyNoProcessControl !== null, whyNoProcessControl ?? '');
    const folder = temporaryFolder();
    const environment = { ASSAY_PASSPHRASE: 'for these tests alone' };
    const store = ['--data-dir', join(folder, 'store')];
    expect((await runCommand(['vault', 'create', ...store], { environment })).code).toBe(0);
    const base = join(folder, 'own.base');
    const words = ['compare', ...store, '-r', 'sample', '-c', 'sample:Q4_K_M', '--text', tasks, '--context', '128'];
    const report = ['--html', join(folder, 'report.html')];
    const rest = ['--chunks', '40', '--threads', '1', '--save-base', base, ...report];
    const command = startCommand([...words, ...rest], { environment });
    await expect
      .poll(() => filesBelow(folder).some((name) => name.endsWith('.partial')), { timeout: 60_000 })
      .toBe(true);
    command.child.kill('SIGINT');
    const { stderr } = await command.ended;
    const [, id = ''] = /What was measured is kept\. It goes on with: assay compare --resume (\S+)/.exec(stderr) ?? [];
    // It stood there before anything was measured, for those who lose the power.
    const wayOn = `assay compare --resume ${id} ${[...store, ...report].join(' ')} --overwrite`;
    expect(stderr.split('\n')).toContain(`If it is cut off, it goes on with: ${wayOn}`);
    expect(id, stderr).not.toBe('');
    const onward = ['compare', ...store, '--resume', id, ...report, '--overwrite', '--json'];
    const ended = await runCommand(onward, { environment });
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout).chunks).toBeGreaterThan(10);
    expect([base, join(folder, 'report.html')].map((path) => existsSync(path))).toEqual([true, true]);
    const reported = join(folder, 'later.html');
    const again = await runCommand(['compare', ...store, '--resume', id, '--html', reported, '--json'], {
      environment,
    });
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toBe(ended.stdout);
    expect(readFileSync(reported, 'utf8')).toContain('<!doctype html>');
    const both = await runCommand(['compare', ...store, '--resume', id, '-c', 'sample'], { environment });
    expect(both.stderr).toMatch(/cannot be used with/);
  });
});
