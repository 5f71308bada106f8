import { constants } from 'node:os';
import { type UtilityProcess, utilityProcess } from 'electron';
import { withoutSecrets } from '../base/secretVariables.ts';
import type { EngineExit, EngineStarter, EngineStartOptions } from '../inference/starter.ts';
import { killHard } from './hostProcess.ts';

/** An engine as a process of Electron itself; `entry` is the built engine child. */
export function startEngineProcess(entry: string, { label, memoryCeilingBytes }: EngineStartOptions): UtilityProcess {
  const heap = memoryCeilingBytes
    ? [`--max-old-space-size=${Math.max(64, Math.floor(memoryCeilingBytes / 2 ** 20))}`]
    : [];
  return utilityProcess.fork(entry, [], {
    serviceName: label,
    execArgv: heap,
    env: withoutSecrets(process.env),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
}

/** For services that run in Electron's main process itself. */
export function utilityStarter(entry: string): EngineStarter {
  return {
    start(options) {
      const child = startEngineProcess(entry, options);
      return {
        get pid() {
          return child.pid;
        },
        send: (message) => child.postMessage(message),
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void child.once('exit', (status) => listener(endingOf(status))),
        onErrorOutput: (listener) => void child.stderr?.setEncoding('utf8').on('data', listener),
        kill: () => killHard(child.pid),
      };
    },
  };
}

/** What ends a process from outside or by a crash; all far from the exit codes that an engine chooses. */
const endings = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** On POSIX, Electron tells an exit code and the number of a signal alike as one number. */
export function endingOf(status: number): EngineExit {
  if (process.platform === 'win32') return { code: status, signal: null };
  const signal = endings.find((name) => constants.signals[name] === status);
  return signal ? { code: null, signal } : { code: status, signal: null };
}
