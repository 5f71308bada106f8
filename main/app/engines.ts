import type { UtilityProcess } from 'electron';
import type { ToHost, ToShell } from '../host/link.ts';
import { startEngineProcess } from './engineProcess.ts';
import { endingOf, killHard } from './utilityProcesses.ts';

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
    const child = startEngineProcess(entry, { label, memoryCeilingBytes });
    running.set(engine, child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => tell({ type: 'engine.errorOutput', engine, text }));
    child.on('spawn', () => tell({ type: 'engine.started', engine, pid: child.pid }));
    child.on('message', (data: unknown) => tell({ type: 'engine.message', engine, data }));
    child.once('exit', (code) => {
      running.delete(engine);
      tell({ type: 'engine.exit', engine, ...endingOf(code) });
    });
  }

  return {
    take(message) {
      if (message.type === 'engine.start') return start(message);
      const child = running.get(message.engine);
      if (!child) return;
      if (message.type === 'engine.kill') killHard(child);
      else child.postMessage(message.data);
    },
    killAll() {
      for (const child of running.values()) killHard(child);
    },
  };
}
