import { constants } from 'node:os';
import type { UtilityProcess } from 'electron';
import type { EngineExit } from '../inference/starter.ts';

/** What ends a process from outside or by a crash; all far from the exit codes that a host or an engine chooses. */
const endings = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGKILL', 'SIGSEGV', 'SIGTERM'] as const;

/** On POSIX, Electron tells an exit code and the number of a signal alike as one number. */
export function endingOf(status: number): EngineExit {
  if (process.platform === 'win32') return { code: status, signal: null };
  const signal = endings.find((name) => constants.signals[name] === status);
  return signal ? { code: null, signal } : { code: status, signal: null };
}

/** Ends it at once, also before it has come up. `UtilityProcess.kill` asks politely, which a hung process does not hear. */
export function killHard(child: UtilityProcess): void {
  const { pid } = child;
  if (pid === undefined) {
    child.once('spawn', () => killHard(child));
    return;
  }
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
