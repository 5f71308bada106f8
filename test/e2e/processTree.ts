import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

/** The process and all it started, directly or not; POSIX only. */
export function processTree(root: number): ProcessEntry[] {
  const all = process.platform === 'linux' ? fromProc() : fromPs();
  const tree = all.filter((entry) => entry.pid === root);
  for (const entry of tree) tree.push(...all.filter((child) => child.parent === entry.pid));
  return tree;
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The name in brackets may hold anything, so what follows is counted from its end: state, parent.
        const [, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), parent: Number(parent), command }];
      } catch (error) {
        if (error instanceof Error && 'code' in error) return []; // Ended meanwhile.
        throw error;
      }
    });
}

function fromPs(): ProcessEntry[] {
  return execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
      return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
    });
}

/** SIGKILL to the whole tree, stopped first so that no parent sees a child die and reacts. */
export function killTree(root: number): void {
  const tree = processTree(root);
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) {
    for (const { pid } of tree) signalIfAlive(pid, signal);
  }
}

export function isAlive(pid: number): boolean {
  return signalIfAlive(pid, 0);
}

function signalIfAlive(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
