import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessEntry {
  pid: number;
  parent: number;
  command: string;
}

/** Why a spec that lists processes or looks for the signal that ended one is skipped here; null where it can run. */
export const whyNoProcessList = process.platform === 'win32' ? 'Windows has neither `ps` nor signals' : null;

/** The process and all it started, directly or not. Throws on Windows. */
export function processTree(root: number): ProcessEntry[] {
  if (whyNoProcessList !== null) throw new Error(whyNoProcessList);
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

/** Ends the whole tree at once: SIGKILL, stopped first so that no parent sees a child die and reacts; on Windows by taskkill. */
export function killTree(root: number): void {
  if (process.platform === 'win32') {
    const { error } = spawnSync('taskkill', ['/pid', String(root), '/T', '/F']);
    if (error !== undefined) throw error;
    return;
  }
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
