import { type UtilityProcess, utilityProcess } from 'electron';
import { withoutSecrets } from '../base/secretVariables.ts';
import type { EngineStarter, EngineStartOptions } from '../inference/starter.ts';
import { endingOf, killHard } from './utilityProcesses.ts';

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
        kill: () => killHard(child),
      };
    },
  };
}
