import { constants } from 'node:os';
import { type UtilityProcess, utilityProcess } from 'electron';
import { withoutSecrets } from '../base/secretVariables.ts';
import type { ToHost, ToShell } from '../host/link.ts';
import { killHard } from './hostProcess.ts';

type FromHost = Extract<ToShell, { type: `engine.${string}` }>;

/** The engine processes that a host asked for. They end with it. */
export interface Engines {
  take(message: FromHost): void;
  killAll(): void;
}

/** `entry`: the built engine child; `tell`: what goes back to the host. */
export function createEngines(entry: string, tell: (message: ToHost) => void): Engines {
  const running = new Map<number, UtilityProcess>();

  function start({ engine, label, memoryCeilingBytes }: Extract<FromHost, { type: 'engine.start' }>): void {
    const heap = memoryCeilingBytes
      ? [`--max-old-space-size=${Math.max(64, Math.floor(memoryCeilingBytes / 2 ** 20))}`]
      : [];
    const child = utilityProcess.fork(entry, [], {
      serviceName: label,
      execArgv: heap,
      env: withoutSecrets(process.env),
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    running.set(engine, child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => tell({ type: 'engine.errorOutput', engine, text }));
    child.on('spawn', () => tell({ type: 'engine.started', engine, pid: child.pid }));
    child.on('message', (data: unknown) => tell({ type: 'engine.message', engine, data }));
    child.once('exit', (code) => {
      running.delete(engine);
      tell({ type: 'engine.exit', engine, ...ending(code) });
    });
  }

  return {
    take(message) {
      if (message.type === 'engine.start') return start(message);
      const child = running.get(message.engine);
      if (message.type === 'engine.kill') killHard(child?.pid);
      else child?.postMessage(message.data);
    },
    killAll() {
      for (const child of running.values()) killHard(child.pid);
    },
  };
}

/** What ends a process from outside or by a crash; all far from the exit codes that an engine chooses. */
const endings = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** On POSIX, Electron tells an exit code and the number of a signal alike as one number. */
function ending(status: number): { code: number | null; signal: string | null } {
  if (process.platform === 'win32') return { code: status, signal: null };
  const signal = endings.find((name) => constants.signals[name] === status);
  return signal ? { code: null, signal } : { code: status, signal: null };
}
