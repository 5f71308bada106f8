import { exitCode } from './exit.ts';
import type { Work } from './perform.ts';
import { givenPassphrase } from './secret.ts';
import type { ServeOptions } from './serve.options.ts';
import { openHome, type Session } from './session.ts';

/**
 * `assay serve`: runs until it is told to end; SIGINT and SIGTERM end it with exit code 0. The page asks for the passphrase, unless
 * ASSAY_PASSPHRASE opens the store here.
 */
export async function serve(options: ServeOptions, { output, interruption }: Work): Promise<number> {
  const [{ startServer }, { openProcessLog }] = await Promise.all([
    import('../server/startServer.ts'),
    import('../host/processLog.ts'),
  ]);
  const log = openProcessLog('server', 'warn');
  const home = await openHome(options, log);
  try {
    await unlockIfGiven(home);
    const server = await startServer({ host: home.host, port: options.port, log });
    output.print(`${server.url}\n`);
    output.document({ url: server.url, port: server.port, pid: process.pid });
    output.say('The address opens the app once, in one browser. Ctrl-C ends the server.');
    await new Promise<void>((resolve) => {
      if (interruption.signal.aborted) resolve();
      interruption.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
    return exitCode.done;
  } finally {
    await home.close();
  }
}

async function unlockIfGiven({ api }: Session): Promise<void> {
  const passphrase = givenPassphrase();
  if (!passphrase || (await api.vault.status()).state !== 'locked') return;
  await api.vault.unlock({ kind: 'passphrase', passphrase });
}
