import type { EngineExit } from './starter.ts';

/** Signals that a wait status or a shell exit code (128 + n) stands for, on Linux and macOS. */
const signals: Record<number, string> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

const meanings: Record<string, string> = {
  SIGSEGV: 'it touched memory that is not its own: a damaged model, or a fault in llama.cpp or a driver',
  SIGBUS: 'it read a part of the file that is not there: the model was cut or changed while in use, or the disk failed',
  SIGABRT: 'llama.cpp stopped at an assertion: the model says things about itself that cannot be',
  SIGILL: 'it met an instruction that this processor does not know',
  SIGFPE: 'it divided by zero: the model says things about itself that cannot be',
  SIGKILL: 'the system, or somebody, ended it: most likely memory ran out',
  SIGTERM: 'somebody ended it',
};

/** NTSTATUS codes of crashes on Windows. */
const windowsCrashes: Record<number, string> = {
  3221225477: meanings.SIGSEGV ?? '',
  3221226505: meanings.SIGABRT ?? '',
  3221225501: meanings.SIGILL ?? '',
  3221225495: 'memory ran out',
};

export interface ExitReason {
  /** e.g. `signal SIGSEGV`, `exit code 134`. */
  what: string;
  /** What it probably means; without a full stop. */
  meaning: string;
}

export function exitReason({ code, signal }: EngineExit, errorOutput = ''): ExitReason {
  const name = signal ?? (code === null ? undefined : signals[code > 128 && code < 160 ? code - 128 : -1]);
  const said = lastComplaint(errorOutput);
  const what = signal === null ? (code === null ? 'no exit code' : `exit code ${code}`) : `signal ${signal}`;
  if (name !== undefined) return { what, meaning: withComplaint(meanings[name] ?? 'the system ended it', said) };
  if (code === null) return { what, meaning: 'the process could not be started' };
  return { what, meaning: withComplaint(windowsCrashes[code] ?? 'it ended by itself', said) };
}

const withComplaint = (meaning: string, said: string | undefined) =>
  said === undefined ? meaning : `${meaning} (${said})`;

/** The line in which llama.cpp or the C++ runtime says what was wrong. Those lines quote code and sizes, never a prompt. */
function lastComplaint(errorOutput: string): string | undefined {
  const lines = errorOutput
    .split('\n')
    .filter((line) => /GGML_ASSERT|GGML_ABORT|what\(\):|heap out of memory|CUDA error/.test(line));
  return lines
    .at(-1)
    ?.trim()
    .replace(/^.*?([\w.-]+\.(?:cpp|cu|h|m|c):\d+)/, '$1')
    .slice(0, 300);
}
