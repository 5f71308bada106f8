import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { whyNoElectron } from '../browsers.ts';
import type { OfflineRun } from '../offlineApp.ts';

function works(command: string, ...words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** Of every connect() of the trace but those to sockets of this machine's files. */
function addressesIn(trace: string): string[] {
  return trace
    .split('\n')
    .filter((line) => /\bconnect\(/.test(line) && /sa_family=AF_INET6?\b/.test(line))
    .map((line) => /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.slice(1).join('') ?? line);
}

test('with the network off no process of the app connects to anything but loopback, from start to end, and the ledger agrees', async () => {
  test.skip(whyNoElectron() !== null, whyNoElectron() ?? '');
  test.skip(process.platform !== 'linux', 'connections are traced by strace');
  const traced = ['strace', '--seccomp-bpf', '-f', '-qq', '-e', 'trace=connect', '-o'];
  test.skip(!works('strace', ...traced.slice(1), '/dev/null', 'true'), 'strace cannot trace here');
  test.setTimeout(300_000);
  // In a namespace of its own there is no route to anything.
  const isolated = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
  const isolates = works('unshare', '--net', 'sh', '-c', 'ip link set lo up');
  const folder = await mkdtemp(join(tmpdir(), 'assay-offline-'));
  try {
    await mkdir(join(folder, 'data'));
    const [program = '', ...words] = [
      ...(isolates ? isolated : []),
      ...[...traced, join(folder, 'connects')],
      ...[process.execPath, join(import.meta.dirname, '../offlineApp.ts'), join(folder, 'data')],
    ];
    const { stdout } = await promisify(execFile)(program, words, { timeout: 280_000, maxBuffer: 1 << 24 });
    const said: OfflineRun = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const foreign = addressesIn(readFileSync(join(folder, 'connects'), 'utf8')).filter(
      (address) => !/^(127\.|::1$)/.test(address),
    );
    expect(foreign).toEqual([]);
    expect(said.faults).toEqual([]);
    expect(said.refusal).toContain('NETWORK_OFF');
    expect(said.badge).toBe('Offline: 0 connections');
    expect(said.attempts).toMatchObject([{ outcome: 'refused', host: 'huggingface.co', receivedBytes: 0 }]);
    expect(said.summary).toMatchObject({ enabled: false, connections: 0, refused: 1, recorded: 1 });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
