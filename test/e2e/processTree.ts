import { execFileSync } from 'node:child_process';

export interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

/** The process and all it started, directly or not; POSIX only. */
export function processTree(root: number): ProcessEntry[] {
  const all = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
      return match ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[3] ?? '' }] : [];
    });
  const tree = all.filter((entry) => entry.pid === root);
  for (const entry of tree) tree.push(...all.filter((child) => child.parent === entry.pid));
  return tree;
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
