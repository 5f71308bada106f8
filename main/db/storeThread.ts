import { parentPort, workerData } from 'node:worker_threads';
import type { z } from 'zod';
import { toErrorData } from '../base/fault.ts';
import { type ThreadTask, type threadAnswer, threadOrder } from './besideHost.ts';
import { type AppliedMigration, readApplied } from './migrations.queries.ts';
import { connect } from './open.ts';
import { openStore } from './openStore.ts';
import { onStorage } from './storageFault.ts';

// The thread that `besideHost` starts: one task, one answer, and its end.
const { task, key } = threadOrder.parse(workerData);
const dataKey = Buffer.from(key.buffer, key.byteOffset, key.byteLength);
let answer: z.infer<typeof threadAnswer>;
try {
  answer = { applied: perform(task) };
} catch (thrown) {
  answer = { failed: toErrorData(thrown) };
} finally {
  dataKey.fill(0);
}
parentPort?.postMessage(answer);

function perform(asked: ThreadTask): AppliedMigration[] {
  if (asked.kind === 'copy') {
    copy(asked.file, asked.to);
    return [];
  }
  const store = openStore({ file: asked.file, key: dataKey, how: 'open' });
  try {
    store.checkIntegrity();
    return readApplied(store.read);
  } finally {
    store.close();
  }
}

/** By a connection of its own: it sees what was committed when it began, and others go on writing. */
function copy(file: string, to: string): void {
  const connection = onStorage(file, () => connect({ file, key: dataKey, access: 'read' }));
  try {
    // The file itself is opened to be read; a new one is written, which this pragma would refuse.
    connection.pragma('query_only=off');
    onStorage(to, () => void connection.prepare('vacuum into ?').run(to));
  } finally {
    connection.close();
  }
}
