import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { withoutSecrets } from '../base/secretVariables.ts';
import type { EngineExit, EngineStarter } from './starter.ts';

export interface ForkStarterOptions {
  /** The module of the engine process. Default: `child/entry.ts` beside this file, or `engine.js` beside it in the build. */
  entry?: string;
  /** The Node that runs it. Default: the one that runs this process. */
  execPath?: string;
  /** Default: this process's environment. Passphrase and recovery code are left out of either. */
  environment?: NodeJS.ProcessEnv;
}

/** Engine processes by `child_process.fork`, for every home that has a Node: browser, command line, tests, external Node. */
export function forkStarter(options: ForkStarterOptions = {}): EngineStarter {
  const entry = options.entry ?? ownEntry();
  return {
    start({ label, memoryCeilingBytes }) {
      const heap =
        memoryCeilingBytes === undefined ? [] : [`--max-old-space-size=${Math.ceil(memoryCeilingBytes / 2 ** 20)}`];
      const child = fork(entry, [], {
        execPath: options.execPath ?? process.execPath,
        // Flags of the parent (test runners, inspectors) are not for the engine.
        execArgv: [`--title=${label.replace(/[^\w .:-]/g, '')}`, ...heap],
        env: withoutSecrets(options.environment ?? process.env),
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      const exits: ((exit: EngineExit) => void)[] = [];
      let ended = false;
      const end = (exit: EngineExit) => {
        if (ended) return;
        ended = true;
        for (const listener of exits) listener(exit);
      };
      child.once('exit', (code, signal) => end({ code, signal }));
      // 'error' also tells of a message that could not be sent; then the exit follows by itself.
      child.on('error', () => {
        if (child.pid === undefined) end({ code: null, signal: null });
      });
      return {
        get pid() {
          return child.pid;
        },
        send(message) {
          if (!ended && child.connected) child.send(serializable(message));
        },
        onMessage: (listener) => void child.on('message', listener),
        onExit: (listener) => void exits.push(listener),
        onErrorOutput: (listener) => void child.stderr?.setEncoding('utf8').on('data', listener),
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}

/** What `send` takes; a structured clone has no type of its own. */
function serializable(message: unknown): object {
  if (typeof message !== 'object' || message === null) throw new TypeError('A message to an engine is an object.');
  return message;
}

function ownEntry(): string {
  const here = import.meta.url;
  return fileURLToPath(
    new URL(
      here.endsWith('.ts') ? './child/entry.ts' : here.includes('/chunks/') ? '../engine.js' : './engine.js',
      here,
    ),
  );
}
