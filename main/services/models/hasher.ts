import type { SourceFile } from '../../base/sourceFile.ts';
import { type EngineChannel, type EngineLimits, openChannel, usualLimits } from '../../inference/channel.ts';
import type { EngineStarter } from '../../inference/starter.ts';

export interface HashProgress {
  position: number;
  file: SourceFile;
  /** Null while the end is not reached. */
  sha256: string | null;
}

/** SHA-256 of files in a process of its own, so that neither their bytes nor a disk that hangs are the host's business. */
export interface Hasher {
  /** Reads on for a fifth of a second. MODEL_NOT_FOUND, MODEL_UNREADABLE, CONFLICT (the file changed), ENGINE_HUNG, ENGINE_CRASHED, CANCELLED. */
  hashOn(path: string, from: number, signal: AbortSignal): Promise<HashProgress>;
  /** Ends the process; a next call starts another. */
  rest(): Promise<void>;
}

export interface HasherOptions {
  starter: EngineStarter;
  limits?: EngineLimits;
  /** Milliseconds after which a disk that gives nothing counts as hung; default 60,000: it may have to spin up. */
  hashDeadlineMs?: number;
  /** Bytes after which more urgent work may go first; default: as many as a fifth of a second reads. */
  sliceBytes?: number;
}

const memoryCeilingBytes = 512 * 2 ** 20;

export function createHasher({
  starter,
  limits = usualLimits,
  hashDeadlineMs = 60_000,
  sliceBytes,
}: HasherOptions): Hasher {
  let channel: EngineChannel | undefined;

  function start(): EngineChannel {
    const opened = openChannel(starter, 'file hasher', { ...limits, memoryCeilingBytes });
    void opened.ended.then(() => {
      if (channel === opened) channel = undefined;
    });
    return opened;
  }

  return {
    async hashOn(path, from, signal) {
      channel ??= start();
      const { position, file, sha256 } = await channel.ask({ type: 'hash', path, from, bytes: sliceBytes }, 'hashed', {
        signal,
        deadlineMs: hashDeadlineMs,
      });
      return { position, file, sha256 };
    },
    async rest() {
      const resting = channel;
      channel = undefined;
      await resting?.stop();
    },
  };
}
