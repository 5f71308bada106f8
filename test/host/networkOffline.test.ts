import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectionAttempt, NetworkSummary } from '../../preload/contract/network.ts';
import { node } from '../helpers/command.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);
const child = join(import.meta.dirname, '../helpers/offlineChild.ts');
const inNamespace = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

function works(command: string, ...words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

const traces =
  process.platform === 'linux' &&
  works('strace', '--seccomp-bpf', '-f', '-o', '/dev/null', '-e', 'trace=connect', 'true');
const isolates = traces && works('unshare', '--net', 'sh', '-c', 'ip link set lo up');

/** The addresses of every connect() but those to sockets of this machine's files. */
function addressesIn(trace: string): string[] {
  return trace
    .split('\n')
    .filter((line) => /\bconnect\(/.test(line) && /sa_family=AF_INET6?\b/.test(line))
    .map((line) => /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.slice(1).join('') ?? line);
}

describe('with the network off', () => {
  it.skipIf(!traces)(
    `a whole run connects to nothing but loopback${isolates ? ', where there is no route to anything' : ''}, and the ledger agrees${
      traces ? '' : ' (skipped: strace cannot trace here)'
    }`,
    async () => {
      const folder = temporaryFolder('offline');
      const log = join(folder, 'connects');
      const words = [
        '--seccomp-bpf',
        '-f',
        '-qq',
        '-o',
        log,
        '-e',
        'trace=connect',
        node,
        child,
        join(folder, 'store'),
      ];
      const [command = '', ...rest] = isolates ? [...inNamespace, 'strace', ...words] : ['strace', ...words];
      const { stdout } = await promisify(execFile)(command, rest, { timeout: 150_000, maxBuffer: 1 << 24 });
      const said: { refusal: string; answers: number; attempts: ConnectionAttempt[]; summary: NetworkSummary } =
        JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      expect(said.answers).toBe(2);
      const foreign = addressesIn(readFileSync(log, 'utf8')).filter((address) => !/^(127\.|::1$)/.test(address));
      expect(foreign).toEqual([]);
      expect(said.refusal).toBe('NETWORK_OFF');
      expect(said.attempts).toMatchObject([{ outcome: 'refused', host: 'huggingface.co', receivedBytes: 0 }]);
      expect(said.summary).toMatchObject({ enabled: false, connections: 0, refused: 1, recorded: 1 });
    },
    180_000,
  );
});
