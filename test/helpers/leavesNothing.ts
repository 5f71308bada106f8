import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { descendants, whyNoProcessControl } from './processes.ts';

/**
 * Fails a test file that leaves something behind: processes, listening servers, watched folders, timers. What is ending has a moment to end:
 * only what stands there at every look counts.
 */
const kinds = ['TCPServerWrap', 'UDPWrap', 'FSEventWrap', 'Timeout'];
const before = active();
const lookMs = 50;
const patienceMs = 5_000;

afterAll(async () => {
  let left = leftBehind();
  for (const end = performance.now() + patienceMs; left.length > 0 && performance.now() < end; ) {
    await sleep(lookMs);
    const now = leftBehind();
    left = left.filter((one) => now.includes(one));
  }
  expect(left, 'left behind by the tests of this file').toEqual([]);
});

/** Each by a name of its own: `process 4711: sleep 45`, `Timeout 2` for the second timer more than there were at the start. */
function leftBehind(): string[] {
  const children = whyNoProcessControl === null ? descendants(process.pid).map(named) : [];
  const resources = [...active()].flatMap(([kind, count]) => {
    const more = count - (before.get(kind) ?? 0);
    return Array.from({ length: Math.max(0, more) }, (_, index) => `${kind} ${index + 1}`);
  });
  return [...children, ...resources];
}

function named(pid: number): string {
  return `process ${pid}: ${spawnSync('ps', ['-o', 'args=', '-p', `${pid}`], { encoding: 'utf8' }).stdout.trim()}`;
}

function active(): Map<string, number> {
  const all = process.getActiveResourcesInfo();
  return new Map(kinds.map((kind) => [kind, all.filter((one) => one === kind).length]));
}
