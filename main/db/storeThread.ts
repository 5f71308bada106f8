import { parentPort, workerData } from 'node:worker_threads';
import type { z } from 'zod';
import { toErrorData } from '../base/fault.ts';
import { type threadAnswer, threadOrder } from './besideHost.ts';
import { performTask } from './wholeDatabase.ts';

// The thread that `besideHost` starts: one task, one answer, and its end.
const { task, key } = threadOrder.parse(workerData);
const dataKey = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
let answer: z.infer<typeof threadAnswer>;
try {
  answer = { applied: performTask(task, dataKey) };
} catch (thrown) {
  answer = { failed: toErrorData(thrown) };
} finally {
  dataKey.fill(0);
}
parentPort?.postMessage(answer);
