import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const tracer = ['strace', '--seccomp-bpf', '-f', '-qq', '-e', 'trace=connect', '-o'];
/** A network of nothing but loopback: as root; else in a user namespace, whose rights are put down once that is up. */
const namespaces = [
  ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
  [
    ...['unshare', '--user', '--map-current-user', '--keep-caps', '--net'],
    ...['sh', '-c', 'ip link set lo up && exec setpriv --ambient-caps=-all "$@"', 'sh'],
  ],
];

/** Why no connect() can be traced here; null where it can. */
export const whyNoTrace =
  process.platform !== 'linux'
    ? 'connections are traced by strace'
    : works(...tracer, '/dev/null', 'true')
      ? null
      : 'strace cannot trace here';

const namespace = whyNoTrace === null ? namespaces.find((words) => works(...words, 'true')) : undefined;

/** Whether what is traced runs in a network namespace of its own, where there is no route to anything. */
export const isolates = namespace !== undefined;

// Where releases are made nothing may stay unshown: the workflows install strace and allow namespaces.
if (process.platform === 'linux' && process.env.GITHUB_ACTIONS && !isolates)
  throw new Error(`This workflow must trace connections: ${whyNoTrace ?? 'no network namespace can be made'}.`);

/**
 * Runs a command with all that it starts; resolves with what it printed and the addresses of its connections, but those of loopback and
 * sockets of this machine's files. `log`: a file for the trace.
 */
export async function traceConnects(
  command: readonly string[],
  log: string,
  timeoutMs: number,
): Promise<{ stdout: string; foreign: string[] }> {
  const [program = '', ...words] = [...(namespace ?? []), ...tracer, log, ...command];
  const { stdout } = await promisify(execFile)(program, words, { timeout: timeoutMs, maxBuffer: 1 << 24 });
  const foreign = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /\bconnect\(/.test(line) && /sa_family=AF_INET6?\b/.test(line))
    .map((line) => /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line)?.slice(1).join('') ?? line)
    .filter((address) => !/^(127\.|::1$)/.test(address));
  return { stdout, foreign };
}

function works(command = '', ...words: string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
