import { Fault } from '../../base/fault.ts';

export interface CoreGate {
  /** Waits until that many threads may decode. Returns what gives them back. CANCELLED when the signal aborts before. */
  enter(threads: number, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  threads: number;
  go(): void;
}

/**
 * Lets models decode side by side only while their threads do not exceed the cores: llama.cpp's threads spin while they wait for
 * each other, and one thread too many makes a token many times slower. First come, first served; one may always decode.
 */
export function createCoreGate(cores: () => number): CoreGate {
  let used = 0;
  let inside = 0;
  const queue: Waiting[] = [];

  function admit(): void {
    for (let next = queue[0]; next !== undefined && (inside === 0 || used + next.threads <= cores()); next = queue[0]) {
      queue.shift();
      used += next.threads;
      inside += 1;
      next.go();
    }
  }

  return {
    enter: (threads, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Fault('CANCELLED', 'Cancelled.'));
        let left = false;
        const leave = () => {
          if (left) return;
          left = true;
          used -= threads;
          inside -= 1;
          admit();
        };
        const entry: Waiting = {
          threads,
          go() {
            signal.removeEventListener('abort', give);
            resolve(leave);
          },
        };
        const give = () => {
          queue.splice(queue.indexOf(entry), 1);
          reject(new Fault('CANCELLED', 'Cancelled.'));
          admit();
        };
        signal.addEventListener('abort', give, { once: true });
        queue.push(entry);
        admit();
      }),
  };
}
