import { app } from 'electron';
import { accountName } from '../base/accountName.ts';
import { toErrorData } from '../base/fault.ts';
import type { StartOptions, ToHost, ToShell } from '../host/link.ts';
import { createEngines } from './engines.ts';
import { electronCanHost, type HostPlace, type HostProcess, startHostProcess } from './hostProcess.ts';
import { log } from './log.ts';
import { createRelay, type Relay } from './relay.ts';
import type { ShellKeyRing } from './shellKeyRing.ts';

export interface HostKeeperOptions extends HostPlace {
  engineEntry: string;
  start: Omit<StartOptions, 'keyRing'>;
  keyRing: ShellKeyRing;
  /** The host is down and stays down; the sentence says why. */
  onGivingUp(reason: string): void;
}

/** Keeps a host running: starts it, relays frames of windows to it, starts the engines that it asks for, starts it again when it dies. */
export interface HostKeeper {
  connect: Relay['connect'];
  /** Ends the host in an orderly way, by force after 5 s. */
  stop(): Promise<void>;
}

const stopMs = 5_000;
/** A host that dies this often within the window stays down. */
const failureBudget = { count: 3, withinMs: 5 * 60_000 };

export function keepHost(options: HostKeeperOptions): HostKeeper {
  const failures: number[] = [];
  let host: HostProcess | null = null;
  let stopping: (() => void) | null = null;

  const tell = (message: ToHost) => host?.send(message);
  const relay = createRelay({ tell, identity: { person: accountName(), role: 'owner', home: 'desktop' } });
  const engines = createEngines(options.engineEntry, tell);
  const keyRingStatus = app.whenReady().then(() => options.keyRing.status());

  function start(): void {
    const started = startHostProcess(options);
    if (!started) {
      const { node } = process.versions;
      giveUp(
        `The Node ${node} inside this Electron is too old for the encrypted database. Name a Node of version 22 or newer in ASSAY_NODE.`,
      );
      return;
    }
    host = started;
    let refusal: string | null = null;
    started.onMessage((message) => {
      if (message.type === 'failed') refusal = message.error.message;
      else
        take(message).catch((error: unknown) => {
          // Half a conversation would leave the page waiting for ever; a new host begins it again.
          log(`the shell could not take "${message.type}" of the host`, error);
          started.kill();
        });
    });
    started.onExit((how) => ended(how, refusal));
  }

  async function take(message: Exclude<ToShell, { type: 'failed' }>): Promise<void> {
    switch (message.type) {
      case 'up':
        return tell({ type: 'start', options: { ...options.start, keyRing: await keyRingStatus } });
      case 'started':
        return relay.opened();
      case 'connection.frame':
      case 'connection.close':
        return relay.take(message);
      case 'keyRing.encrypt':
        return answer(message.request, () => options.keyRing.encrypt(message.text));
      case 'keyRing.decrypt':
        return answer(message.request, () => options.keyRing.decrypt(message.blob));
      case 'engine.start':
      case 'engine.message':
      case 'engine.kill':
        return engines.take(message);
      case 'stopped':
    }
  }

  async function answer(request: number, work: () => Promise<{ result: string; isStale?: boolean }>): Promise<void> {
    try {
      tell({ type: 'keyRing.answer', request, ...(await work()) });
    } catch (error) {
      const { message } = toErrorData(error);
      tell({
        type: 'keyRing.failure',
        request,
        error: { code: 'KEY_RING_UNAVAILABLE', message: `The key ring of the system refused: ${message}` },
      });
    }
  }

  function ended(how: string, refusal: string | null): void {
    host = null;
    engines.killAll();
    if (stopping) {
      stopping();
      return;
    }
    log(`the host ${how}`, refusal ?? undefined);
    const now = performance.now();
    failures.push(now);
    const recent = failures.filter((at) => now - at < failureBudget.withinMs).length;
    const sentence =
      refusal ?? `The host process ${how}. The store is locked again; work that was running is kept as interrupted.`;
    relay.broken(sentence);
    if (refusal !== null || recent >= failureBudget.count) giveUp(sentence);
    else start();
  }

  function giveUp(reason: string): void {
    relay.refuse(reason);
    options.onGivingUp(reason);
  }

  // Another Node need not wait for Chromium, so both come up side by side.
  if (options.inElectron ?? electronCanHost) app.whenReady().then(start);
  else start();

  return {
    connect: relay.connect,
    async stop() {
      const current = host;
      if (!current) return;
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => current.kill(), stopMs);
        stopping = () => {
          clearTimeout(late);
          resolve();
        };
        tell({ type: 'stop' });
      });
    },
  };
}
