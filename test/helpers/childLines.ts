import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Line {
  name: string;
  ok?: boolean;
  code?: string;
  message?: string;
  [fact: string]: unknown;
}

const script = join(import.meta.dirname, 'storeProcess.ts');

/** Starts storeProcess.ts; `within` is a command that it runs inside of, e.g. one that unshares the mounts. */
export function startStoreProcess(
  parameters: readonly string[],
  options: { env?: NodeJS.ProcessEnv; within?: readonly string[] } = {},
) {
  const [command = process.execPath, ...before] = [...(options.within ?? []), process.execPath];
  const child: ChildProcess = spawn(command, [...before, '--no-warnings', script, ...parameters], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (text) => {
      lines.push(JSON.parse(text));
      for (const wake of waiting) wake();
    });

  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    errors: () => errors,
    /** Resolves with the first line of that name; rejects when the process ends before. */
    async line(name: string): Promise<Line> {
      for (;;) {
        const found = lines.find((one) => one.name === name);
        if (found) return found;
        const more = new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
        const over = await Promise.race([more.then(() => false), ended.then(() => true)]);
        if (over && !lines.some((one) => one.name === name)) throw new Error(`It ended without ${name}: ${errors}`);
      }
    },
    /** Kills at once, as a crash would, and waits for the end. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
