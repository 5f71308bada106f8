import type { z } from 'zod';
import type { EngineExit, EngineStarter } from '../inference/starter.ts';
import type { HostLink, toHost } from './link.ts';

type FromShell = Extract<z.output<typeof toHost>, { type: `engine.${string}` }>;

/** Engine processes that the shell makes as utilityProcesses, because only Electron's main process can. */
export interface ShellStarter extends EngineStarter {
  /** Takes what the shell says of its engines. */
  take(message: FromShell): void;
}

interface Running {
  pid: number | undefined;
  onMessage: ((message: unknown) => void)[];
  onErrorOutput: ((text: string) => void)[];
  onExit: ((exit: EngineExit) => void)[];
}

export function createShellStarter(link: Pick<HostLink, 'send'>): ShellStarter {
  const running = new Map<number, Running>();
  let engines = 0;
  return {
    start({ label, memoryCeilingBytes }) {
      const engine = ++engines;
      const own: Running = { pid: undefined, onMessage: [], onErrorOutput: [], onExit: [] };
      running.set(engine, own);
      link.send({ type: 'engine.start', engine, label, memoryCeilingBytes });
      return {
        get pid() {
          return own.pid;
        },
        send(data) {
          if (running.has(engine)) link.send({ type: 'engine.message', engine, data });
        },
        onMessage: (listener) => void own.onMessage.push(listener),
        onErrorOutput: (listener) => void own.onErrorOutput.push(listener),
        onExit: (listener) => void own.onExit.push(listener),
        kill: () => link.send({ type: 'engine.kill', engine }),
      };
    },
    take(message) {
      const own = running.get(message.engine);
      if (!own) return;
      switch (message.type) {
        case 'engine.started':
          own.pid = message.pid;
          return;
        case 'engine.message':
          for (const listener of own.onMessage) listener(message.data);
          return;
        case 'engine.errorOutput':
          for (const listener of own.onErrorOutput) listener(message.text);
          return;
        case 'engine.exit':
          running.delete(message.engine);
          for (const listener of own.onExit) listener({ code: message.code, signal: message.signal });
      }
    },
  };
}
