import type { Job } from '../../../preload/contract/jobs.ts';
import { createFrames, type Frames } from '../../base/frames.ts';

/** Those who watch the queue. Each has at most one entry a job waiting, so a slow or vanished one costs next to nothing. */
export interface JobBoard {
  /** This job changed; it is looked up when the frame is due. */
  touch(id: string): void;
  /** This is how the job ended; it may be gone from the queue and from the store by the time the frame is due. */
  post(job: Job): void;
  watch(signal: AbortSignal, first: readonly string[]): AsyncGenerator<Job, void>;
  /** Ends every watch after what it has waiting. */
  end(): void;
}

interface Watcher {
  frames: Frames;
  waiting: Map<string, Job | null>;
}

/** `find` answers how a running or queued job stands, undefined when it is neither. */
export function createJobBoard(find: (id: string) => Job | undefined): JobBoard {
  const watchers = new Set<Watcher>();

  function tell(id: string, job: Job | null): void {
    for (const { waiting, frames } of watchers) {
      waiting.set(id, job);
      frames.mark();
    }
  }

  return {
    touch: (id) => tell(id, null),
    post: (job) => tell(job.id, job),
    async *watch(signal, first) {
      const watcher: Watcher = { frames: createFrames(signal), waiting: new Map(first.map((id) => [id, null])) };
      const leave = () => watchers.delete(watcher);
      if (first.length > 0) watcher.frames.mark();
      watchers.add(watcher);
      signal.addEventListener('abort', leave, { once: true });
      try {
        while (await watcher.frames.next()) {
          const due = [...watcher.waiting];
          watcher.waiting.clear();
          for (const [id, posted] of due) {
            const job = posted ?? find(id);
            if (signal.aborted) return;
            if (job !== undefined) yield job;
          }
        }
      } finally {
        signal.removeEventListener('abort', leave);
        leave();
      }
    },
    end() {
      for (const { frames } of watchers) frames.end();
    },
  };
}
