import { toErrorData } from '../base/fault.ts';
import { forkStarter } from '../inference/forkStarter.ts';
import { createHost, type Host } from './createHost.ts';
import type { HostLink, StartOptions } from './link.ts';
import { createLinkConnections } from './linkConnections.ts';
import { openProcessLog } from './processLog.ts';
import { createShellKeyRing, type ShellKeyRing } from './shellKeyRing.ts';
import { createShellStarter } from './shellStarter.ts';

/** Runs a host at the end of a link. Resolves with the exit code of the process when the shell has stopped it, or is gone. */
export async function runHost(link: HostLink): Promise<number> {
  const shellStarter = createShellStarter(link);
  const connections = createLinkConnections(
    link,
    (pipe, identity) => void host?.then((running) => running.connect(pipe, identity)),
  );
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  let host: Promise<Host> | null = null;
  let keyRing: ShellKeyRing | null = null;

  async function start(options: StartOptions): Promise<void> {
    keyRing = createShellKeyRing(link, options.keyRing);
    host = createHost({
      folder: options.folder,
      sampleFolder: options.sampleFolder,
      engineStarter: options.engines.by === 'shell' ? shellStarter : forkStarter(options.engines),
      keyRing,
      log: openProcessLog('host', options.logLevel ?? 'info'),
    });
    try {
      await host;
      link.send({ type: 'started' });
    } catch (thrown) {
      host = null;
      link.send({ type: 'failed', error: toErrorData(thrown) });
      end(1);
    }
  }

  async function stop(): Promise<void> {
    const running = await host?.catch(() => null);
    host = null;
    await running?.close();
    link.send({ type: 'stopped' });
    end(0);
  }

  link.onMessage((message) => {
    switch (message.type) {
      case 'start':
        return void start(message.options);
      case 'stop':
        return void stop();
      case 'connection.open':
      case 'connection.frame':
      case 'connection.close':
        return connections.take(message);
      case 'engine.started':
      case 'engine.message':
      case 'engine.errorOutput':
      case 'engine.exit':
        return shellStarter.take(message);
      case 'keyRing.answer':
      case 'keyRing.failure':
        return keyRing?.take(message);
    }
  });
  link.onClose(() => void stop());
  link.send({ type: 'up' });
  return ended;
}
