import { exitCode } from './exit.ts';

/** Turns the first SIGINT, SIGTERM, SIGHUP, the end of the process that started this one, a reader that went away or a full disk under stdout into an abort; a second signal ends the process at once. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code that the interruption calls for; undefined: there was none. */
  code(): number | undefined;
}

const codes = {
  SIGINT: exitCode.interrupted,
  SIGTERM: exitCode.terminated,
  SIGHUP: exitCode.hungUp,
} as const;

export function listenForInterruption(): Interruption {
  const abort = new AbortController();
  let code: number | undefined;
  const interrupt = (next: number) => {
    code ??= next;
    abort.abort();
  };
  for (const [name, next] of Object.entries(codes)) {
    process.on(name, () => {
      if (code !== undefined) process.exit(next);
      interrupt(next);
    });
  }
  // Started by another process that is gone: killed, for else it waits.
  if (process.channel) {
    process.on('disconnect', () => interrupt(exitCode.terminated));
    process.channel.unref();
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    interrupt(error.code === 'EPIPE' ? exitCode.brokenPipe : exitCode.failed),
  );
  return { signal: abort.signal, code: () => code };
}
