import { fork } from 'node:child_process';
import { utilityProcess } from 'electron';
import { type ToHost, type ToShell, toShell } from '../host/link.ts';
import type { EngineExit } from '../inference/starter.ts';
import { endingOf, killHard } from './utilityProcesses.ts';

/** The process that runs every service and holds the store. Two kinds carry the same link. */
export interface HostProcess {
  readonly pid: number | undefined;
  send(message: ToHost): void;
  /** What is no message of the link ends the process: it comes from another build. */
  onMessage(listener: (message: ToShell) => void): void;
  /** Called once, also when the process could not be started. `how` completes "The host …". */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

/** The database needs Node-API 10. */
export const electronCanHost = Number(process.versions.napi) >= 10;

export interface HostPlace {
  /** The built host. */
  entry: string;
  /** A Node that runs it elsewhere than in a utilityProcess. */
  externalNode: string | undefined;
  /** Whether it runs in Electron's own utilityProcess. Default: wherever that can open the database. */
  inElectron?: boolean | undefined;
}

/** Starts a host. Null when Electron is too old for it and no other Node is named. */
export function startHostProcess({ entry, externalNode, inElectron = electronCanHost }: HostPlace): HostProcess | null {
  if (inElectron) return inUtilityProcess(entry);
  return externalNode ? onExternalNode(entry, externalNode) : null;
}

function inUtilityProcess(entry: string): HostProcess {
  const child = utilityProcess.fork(entry, [], { serviceName: 'Assay host', stdio: 'inherit' });
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    onMessage: (listener) =>
      child.on('message', (message: unknown) => listener(understand(message, () => killHard(child)))),
    onExit: (listener) => child.once('exit', (status) => listener(inWords(endingOf(status)))),
    kill: () => killHard(child),
  };
}

function onExternalNode(entry: string, execPath: string): HostProcess {
  const child = fork(entry, [], {
    execPath,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let ended = false;
  return {
    pid: child.pid,
    send(message) {
      // A host that just died takes nothing more; its exit is reported by itself.
      if (!ended && child.connected) child.send(message);
    },
    onMessage: (listener) =>
      child.on('message', (message: unknown) => listener(understand(message, () => child.kill('SIGKILL')))),
    onExit(listener) {
      const end = (how: string) => {
        if (ended) return;
        ended = true;
        listener(how);
      };
      child.on('error', (error) => {
        // An error of a process that runs is one of sending to it, which its exit explains better.
        if (child.pid === undefined) end(`could not be started: ${error.message}`);
      });
      child.on('exit', (code, signal) => end(inWords({ code, signal })));
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function inWords({ code, signal }: EngineExit): string {
  return signal ? `was ended by ${signal}` : `ended with ${code}`;
}

function understand(message: unknown, kill: () => void): ToShell {
  const parsed = toShell.safeParse(message);
  if (parsed.success) return parsed.data;
  kill();
  return {
    type: 'failed',
    error: {
      code: 'INTERNAL',
      message: `The host speaks another protocol than this app: ${parsed.error.message}. Build or install Assay again.`,
    },
  };
}
