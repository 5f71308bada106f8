import { execFile, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

/**
 * Cores that decode well: physical ones, on Apple silicon those of the performance kind; never more than this process may use.
 * On Windows half of the logical ones until `countOnWindows` has asked.
 */
export function countPhysicalCores(): number {
  const allowed = availableParallelism();
  const found =
    process.platform === 'linux' ? onLinux() : process.platform === 'darwin' ? onMac() : Math.ceil(allowed / 2);
  return Math.max(1, Math.min(found ?? allowed, allowed));
}

/** Threads of one core share a list of siblings. */
function onLinux(): number | undefined {
  const folder = '/sys/devices/system/cpu';
  try {
    const names = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
    const cores = new Set(
      names.map((name) => readFileSync(`${folder}/${name}/topology/thread_siblings_list`, 'latin1').trim()),
    );
    return cores.size === 0 ? undefined : cores.size;
  } catch (thrown) {
    // Some containers hide the topology, and an offline processor has none.
    if (thrown instanceof Error && 'code' in thrown) return undefined;
    throw thrown;
  }
}

function onMac(): number | undefined {
  for (const name of ['hw.perflevel0.physicalcpu', 'hw.physicalcpu']) {
    try {
      const count = Number(
        execFileSync('/usr/sbin/sysctl', ['-n', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
      if (count > 0) return count;
    } catch (thrown) {
      // An Intel Mac does not know performance levels.
      if (!(thrown instanceof Error && 'status' in thrown)) throw thrown;
    }
  }
  return undefined;
}

/** Asks Windows, which takes a second or so. */
export async function countOnWindows(): Promise<number> {
  const script = '(Get-CimInstance Win32_Processor | Measure-Object -Property NumberOfCores -Sum).Sum';
  const { stdout } = await promisify(execFile)('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
  const count = Number(stdout.trim());
  return count > 0 ? Math.min(count, availableParallelism()) : countPhysicalCores();
}
