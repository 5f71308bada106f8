import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** The Node of the clone; the machine's own may be older. */
export const node = join(root, 'node_modules/.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
const entry = join(root, 'main/cli/entry.ts');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves with everything said so far once the pattern is found on stdout or stderr; rejects when the command ends without it. */
  says(pattern: RegExp): Promise<string>;
}

interface CommandOptions {
  environment?: Record<string, string | undefined>;
  input?: string;
  /** A process group of its own, so that a signal can reach all of it as Ctrl-C does. */
  detached?: boolean;
  /** A line of shell before it, in the same process: limits that it starts with. POSIX only. */
  before?: string;
  /** With a channel to the process that starts it, which can be closed. */
  channel?: boolean;
}

/** Starts `assay …` from its sources as a process of its own; it is killed at the end of the test if it still runs. */
export function startCommand(words: string[], options: CommandOptions = {}): RunningCommand {
  const { before } = options;
  const line = [node, entry, ...words];
  const [program = '', ...rest] = before === undefined ? line : ['sh', '-c', `${before}; exec "$@"`, 'sh', ...line];
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: options.channel ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.input ?? '');
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const hear = () => {
    for (const listener of listeners) listener();
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    hear();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    hear();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    // Who closes the channel is not told of the end of the streams.
    const end = options.channel ? 'exit' : 'close';
    child.on('error', reject).on(end, (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    ended,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!pattern.test(stdout) && !pattern.test(stderr)) return;
          listeners.delete(look);
          resolve(`${stdout}${stderr}`);
        };
        listeners.add(look);
        look();
        void ended.then(({ code }) =>
          reject(new Error(`It ended with ${code} without ${pattern}:\n${stderr}${stdout}`)),
        );
      }),
  };
}

/** Runs `assay …` to its end. */
export async function runCommand(words: string[], options: CommandOptions = {}): Promise<Ended> {
  return await startCommand(words, options).ended;
}

/** A folder that is gone after the test. */
export function temporaryFolder(name = 'assay-cli-'): string {
  const folder = mkdtempSync(join(tmpdir(), name));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below the folder, by its path relative to it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

function cleanEnvironment(): Record<string, string | undefined> {
  const {
    ASSAY_PASSPHRASE: _p,
    ASSAY_DATA_DIR: _d,
    ASSAY_DEBUG: _b,
    NO_COLOR: _n,
    FORCE_COLOR: _f,
    ...rest
  } = process.env;
  return rest;
}
