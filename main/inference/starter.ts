/** How an engine process ended. Exactly one of the two is set, except that both are null when nothing is known. */
export interface EngineExit {
  /** Exit code, or the NTSTATUS of a crash on Windows. */
  code: number | null;
  /** Name of the signal that ended it, e.g. `SIGSEGV`. A starter that only learns a wait status translates it. */
  signal: string | null;
}

/** A running engine process, whatever kind of process that is. */
export interface EngineProcess {
  /** Undefined until the system has made the process (Electron tells it late) and when it could not. */
  readonly pid: number | undefined;
  /** Structured clone: typed arrays cross as they are. What is sent after the end is dropped. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once. A process that could not be started ends with code null and signal null. */
  onExit(listener: (exit: EngineExit) => void): void;
  /** What the process says on its error stream, in pieces; the end of it explains a crash. Optional for a starter. */
  onErrorOutput?(listener: (text: string) => void): void;
  /** Ends the process at once whatever it is doing (SIGKILL): it may be stopped or hung. */
  kill(): void;
}

export interface EngineStartOptions {
  /** For process lists and logs, already a `processTitle`: the model's name and quantization. Never a prompt. */
  label: string;
  /** Limit for the JavaScript heap of the process, in bytes; the supervisor watches the whole process itself. */
  memoryCeilingBytes?: number;
}

/** A label as the system takes it for a process: printable ASCII, at most 64 characters, since command lines are limited. */
export function processTitle(label: string): string {
  return label
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 64);
}

/** Makes engine processes. The host knows no other way, so that it needs no Electron. */
export interface EngineStarter {
  start(options: EngineStartOptions): EngineProcess;
}
