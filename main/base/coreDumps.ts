import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Sees to it that no crash puts memory on the disk: neither of this process, nor of those that it has started or starts from here on. To be
 * called once, before anything else. Returns a sentence where that could not be had, null where it holds or where the system writes none by
 * itself (SECURITY.md says of macOS and Windows why).
 */
export function refuseCoreDumps(): string | null {
  if (process.platform !== 'linux') return null;
  // Children inherit this and the limit, through exec too. A dump that goes through a pipe to a program ignores the limit.
  const emptied = leaveMemoryOut(process.pid);
  if (!mayDump(process.pid)) return null;
  const others = startedAlready();
  const allEmptied = others.map(leaveMemoryOut).every(Boolean) && emptied;
  // Node cannot set a limit itself; `prlimit` belongs to util-linux, which every distribution for desktops and servers brings.
  const loop = 'for pid; do prlimit --pid "$pid" --core=0:0 || [ ! -e "/proc/$pid" ] || exit 1; done';
  const { status, stderr, error } = spawnSync('sh', ['-c', loop, 'sh', ...[process.pid, ...others].map(String)], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0 || allEmptied) return null;
  const why = error?.message ?? stderr.trim();
  return `A crash could write memory to the disk in clear: core dumps are on and could not be turned off (${why}). Run \`ulimit -c 0\` first.`;
}

/** Electron's process has helpers that make others before any of our code runs. */
function startedAlready(): number[] {
  if (process.versions.electron === undefined) return [];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // The name in brackets may hold anything, so what follows is counted from its end: state, parent.
    const [, parent] = read(`/proc/${name}/stat`)?.split(') ').at(-1)?.split(' ') ?? [];
    parents.set(Number(name), Number(parent));
  }
  const below = (pid: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === pid ? [child, ...below(child)] : []));
  return below(process.pid);
}

/** Of a dump nothing but the registers is left. False where that cannot be said of the process. */
function leaveMemoryOut(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/coredump_filter`, '0');
    return true;
  } catch (error) {
    // One that has ended dumps no more. A sandboxed one keeps this file from its own user.
    if (isSystemError(error)) return ['ENOENT', 'ESRCH'].includes(error.code);
    throw error;
  }
}

function mayDump(pid: number): boolean {
  const limits = read(`/proc/${pid}/limits`);
  return limits !== null && !/^Max core file size +0 /m.test(limits);
}

/** Null when it has ended meanwhile. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error) && ['ENOENT', 'ESRCH'].includes(error.code)) return null;
    throw error;
  }
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error;
}
