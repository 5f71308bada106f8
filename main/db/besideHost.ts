import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { assayErrorData } from '../../preload/contract/errors.ts';
import { Fault, fromErrorData } from '../base/fault.ts';

/** What is done with a whole database on a thread of its own, so that whoever waits for the host is answered meanwhile. */
export type ThreadTask =
  /** A compact copy of the file as it is committed now, encrypted with the same key; `to` must not exist yet. */
  | { kind: 'copy'; file: string; to: string }
  /** Every page, its MAC, the structure and the indexes; answers with the migrations that were applied. */
  | { kind: 'check'; file: string };

export const threadOrder = z.object({
  task: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('copy'), file: z.string(), to: z.string() }),
    z.object({ kind: z.literal('check'), file: z.string() }),
  ]),
  /** The raw data key; the thread clears its copy. */
  key: z.instanceof(Uint8Array),
});

const appliedMigration = z.object({ number: z.number(), name: z.string() });
export const threadAnswer = z.union([
  z.object({ applied: z.array(appliedMigration) }),
  z.object({ failed: assayErrorData }),
]);

/** Resolves with the applied migrations, none for a copy. Rejects with the faults of `openStore`, DISK_FULL, READ_ONLY, STORE_DAMAGED. */
export function besideHost(task: ThreadTask, key: Buffer): Promise<z.infer<typeof appliedMigration>[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(threadFile(), { workerData: { task, key: Uint8Array.from(key) }, execArgv: [] });
    let answer: z.infer<typeof threadAnswer> | undefined;
    thread.once('message', (message) => {
      answer = threadAnswer.parse(message);
    });
    thread.once('error', reject);
    // Only now is every file of it closed.
    thread.once('exit', (code) => {
      if (answer === undefined)
        reject(new Fault('INTERNAL', `The thread for the database ended with ${code}. Try again.`));
      else if ('failed' in answer) reject(fromErrorData(answer.failed));
      else resolve(answer.applied);
    });
  });
}

/** `storeThread.ts` beside this file; in the build, `storeThread.js` beside the programs. */
function threadFile(): string {
  const here = import.meta.url;
  const name = here.endsWith('.ts')
    ? './storeThread.ts'
    : here.includes('/chunks/')
      ? '../storeThread.js'
      : './storeThread.js';
  return fileURLToPath(new URL(name, here));
}
