import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesBelow, node, runCommand, temporaryFolder } from '../helpers/command.ts';

/** util-linux's `script` gives a process a terminal. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const entry = join(import.meta.dirname, '../../main/cli/entry.ts');

function startOnTerminal(words: string[]) {
  const { ASSAY_PASSPHRASE: _, ...environment } = process.env;
  const quoted = [node, entry, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', quoted, '/dev/null'], {
    env: environment,
  });
  let shown = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<{ code: number | null; shown: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, shown })),
  );
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    async answer(prompt: string, keys: string) {
      await new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!shown.includes(prompt)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => reject(new Error(`It ended before it asked "${prompt}": ${shown}`)));
      });
      child.stdin.write(keys);
    },
  };
}

describe.skipIf(!hasTerminal)(
  `the passphrase${hasTerminal ? '' : ' (skipped: there is no `script` to make a terminal)'}`,
  { timeout: 300_000 },
  () => {
    it('is asked for without echo, twice for a new store; backspace corrects, and arrow keys are no characters', async () => {
      const folder = temporaryFolder();
      const terminal = startOnTerminal(['vault', 'create', '--data-dir', folder]);
      await terminal.answer('New passphrase: ', 'grüne Wiesex\u007f\u001b[D 17\r');
      await terminal.answer('The same once more: ', 'grüne Wiese 17\r');
      const { code, shown } = await terminal.ended;
      expect(shown).not.toMatch(/Wiese|\*/);
      expect(shown).toContain('Created a store');
      expect(code).toBe(0);
      const verify = await runCommand(['audit', 'verify', '--data-dir', folder], {
        environment: { ASSAY_PASSPHRASE: 'grüne Wiese 17' },
      });
      expect(verify.code, verify.stderr).toBe(0);
    });

    it('typed differently the second time makes no store: exit code 2', async () => {
      const folder = temporaryFolder();
      const terminal = startOnTerminal(['vault', 'create', '--data-dir', folder]);
      await terminal.answer('New passphrase: ', 'one passphrase\r');
      await terminal.answer('The same once more: ', 'another one\r');
      expect(await terminal.ended).toMatchObject({ code: 2, shown: expect.stringContaining('differ') });
      expect(filesBelow(folder)).toEqual([]);
    });

    it('Ctrl-C at the prompt ends the command: exit code 130', async () => {
      const folder = temporaryFolder();
      const terminal = startOnTerminal(['vault', 'create', '--data-dir', folder]);
      await terminal.answer('New passphrase: ', '\u0003');
      expect(await terminal.ended).toMatchObject({ code: 130 });
      expect(filesBelow(folder)).toEqual([]);
    });
  },
);
