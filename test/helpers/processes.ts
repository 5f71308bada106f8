import { spawnSync } from 'node:child_process';

/** Why a test that lists, crashes or stops processes is skipped here; null where it can run. */
export const whyNoProcessControl =
  process.platform === 'win32' ? 'Windows has neither `ps` nor signals that crash or stop a process' : null;

/** Whether there is a process of that id. One that has ended counts until its parent has collected its exit, which Node does at once. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** The processes below `pid`, whoever started them, without those that have ended and wait to be collected. Throws on Windows. */
export function descendants(pid: number): number[] {
  if (whyNoProcessControl !== null) throw new Error(whyNoProcessControl);
  const list = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,state='], { encoding: 'utf8' });
  if (list.status !== 0) throw list.error ?? new Error(`ps ended with ${list.status}: ${list.stderr}`);
  const rows = list.stdout.split('\n').flatMap((line) => {
    const [, own, parent, state = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(line) ?? [];
    // `ps` itself is a child of this process too.
    return state === '' || state.startsWith('Z') || Number(own) === list.pid
      ? []
      : [{ own: Number(own), parent: Number(parent) }];
  });
  const below = (parent: number): number[] =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row.own, ...below(row.own)]);
  return below(pid);
}
