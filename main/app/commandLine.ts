import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { exitCode } from '../cli/exit.ts';
import { flushOutput } from '../cli/output.ts';
import { utilityStarter } from './engineProcess.ts';
import { guardProcess } from './guard.ts';
import { electronCanHost } from './hostProcess.ts';

/**
 * The `assay` command of an installed app: the words of the line, performed in this process without a window. Where Electron's own Node is
 * too old for the database, the Node that ASSAY_NODE names performs them.
 */
export function performCommand(words: string[]): void {
  app.dock?.hide();
  guardProcess();
  // Chromium wants a folder of its own even where it keeps nothing.
  const folder = mkdtempSync(join(tmpdir(), 'assay-command-'));
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  app.whenReady().then(async () => {
    if (electronCanHost) await performHere(words);
    else await performOn(process.env.ASSAY_NODE, words);
  });
}

async function performHere(words: string[]): Promise<void> {
  const [{ run }, { startEnginesWith }] = await Promise.all([import('../cli/program.ts'), import('../cli/session.ts')]);
  startEnginesWith(utilityStarter(join(app.getAppPath(), 'out/main/engine.js')));
  await run(words);
  // Electron goes on until it is told to end; commands that do work have ended it themselves.
  await flushOutput();
  process.exit();
}

async function performOn(node: string | undefined, words: string[]): Promise<void> {
  if (!node) {
    process.stderr.write(
      `assay: The Node ${process.versions.node} inside this Electron is too old for the encrypted database. Name a Node of version 22 or newer in ASSAY_NODE.\n`,
    );
    process.exit(exitCode.failed);
  }
  const child = spawn(node, [join(app.getAppPath(), 'out/main/cli.js'), ...words], { stdio: 'inherit' });
  // What is typed on the terminal reaches the child by itself.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`assay: ${node} could not be started: ${error.message}\n`);
    process.exit(exitCode.failed);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 128 + constants.signals[signal] : 1)));
}
