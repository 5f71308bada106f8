import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { assayErrorData } from '../../preload/contract/errors.ts';
import { Fault, fromErrorData } from '../base/fault.ts';
import type { AppliedMigration } from './migrations.queries.ts';
import { type DatabaseTask, performTask } from './wholeDatabase.ts';

export const threadOrder = z.object({
  task: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('copy'), file: z.string(), to: z.string() }),
    z.object({ kind: z.literal('check'), file: z.string() }),
    z.object({ kind: z.literal('fold'), file: z.string(), gate: z.instanceof(SharedArrayBuffer) }),
  ]),
  /** The raw data key; the thread clears its copy. */
  key: z.instanceof(Uint8Array),
});

const appliedMigration = z.object({ number: z.number(), name: z.string() });
export const threadAnswer = z.union([
  z.object({ applied: z.array(appliedMigration) }),
  z.object({ failed: assayErrorData }),
]);

/**
 * Does it on a thread of its own, so that whoever waits for the host is answered meanwhile. Resolves with the applied migrations, none
 * for a copy and for folding in. Rejects with the faults of `openStore`, DISK_FULL, READ_ONLY, STORE_DAMAGED. `program`: the thread's, by default ours.
 */
export function besideHost(task: DatabaseTask, key: Buffer, program = threadFile()): Promise<AppliedMigration[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(program, { workerData: { task, key: Uint8Array.from(key) }, execArgv: [] });
    let answer: z.infer<typeof threadAnswer> | undefined;
    let failure: unknown;
    thread.once('message', (message) => {
      answer = threadAnswer.parse(message);
    });
    thread.once('error', (error) => {
      failure = error;
    });
    // Only now is every file of it closed.
    thread.once('exit', () => {
      if (answer === undefined) {
        // A runtime that starts no threads from where the app lies: the host waits, and the backup is made all the same.
        if (isMissingProgram(failure)) resolve(attempt(() => performTask(task, key)));
        else reject(failure ?? new Fault('INTERNAL', 'The thread for the database ended without a word. Try again.'));
      } else if ('failed' in answer) reject(fromErrorData(answer.failed));
      else resolve(answer.applied);
    });
  });
}

async function attempt<T>(work: () => T): Promise<T> {
  return work();
}

function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /MODULE_NOT_FOUND|ENOENT|ENOTDIR/.test(String(error.code));
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
