import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { app } from 'electron';
import { exitCode } from '../cli/exit.ts';
import { failOnUnforeseen, giveUp } from '../cli/unforeseen.ts';
import { utilityStarter } from './engineProcess.ts';
import { guardProcess } from './guard.ts';
import { electronCanHost } from './hostProcess.ts';

/**
 * The `assay` command of an installed app: the words of the line, performed in this process without a window. Where Electron's own Node is
 * too old for the database, the Node that ASSAY_NODE names performs them.
 */
export function performCommand(words: string[]): void {
  endOnce();
  app.dock?.hide();
  guardProcess();
  // Chromium wants a folder of its own even where it keeps nothing.
  const folder = mkdtempSync(join(tmpdir(), 'assay-command-'));
  app.setPath('userData', folder);
  app.setPath('sessionData', folder);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Electron would open a dialog for it.
  failOnUnforeseen();
  app.whenReady().then(() => (electronCanHost ? performHere(words) : performOn(process.env.ASSAY_NODE, words)));
}

async function performHere(words: string[]): Promise<void> {
  const [{ run }, { startEnginesWith }] = await Promise.all([import('../cli/program.ts'), import('../cli/session.ts')]);
  startEnginesWith(utilityStarter(join(app.getAppPath(), 'out/main/engine.js')));
  await run(words);
}

/** In Electron `process.exit` only asks for the end, and whoever asks last would decide the code. */
function endOnce(): void {
  let ended = false;
  process.exit = (code) => {
    if (!ended) app.exit(Number(code ?? exitCode.done));
    ended = true;
    return undefined as never;
  };
}

/** Another Node in the place of this process: its streams, its exit code. */
async function performOn(node: string | undefined, words: string[]): Promise<void> {
  if (!node)
    return giveUp(
      `The Node ${process.versions.node} inside this Electron is too old for the encrypted database. Name a Node of version 22 or newer in ASSAY_NODE.`,
    );
  const child = spawn(node, [join(app.getAppPath(), 'out/main/cli.js'), ...words], { stdio: 'inherit' });
  // What is typed on the terminal reaches the child by itself.
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => giveUp(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) =>
    process.exit(code ?? (signal ? 128 + constants.signals[signal] : exitCode.failed)),
  );
}
