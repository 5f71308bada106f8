import { foldLog } from './logFolding.ts';
import { type AppliedMigration, readApplied } from './migrations.queries.ts';
import { connect } from './open.ts';
import { openStore } from './openStore.ts';
import { onStorage } from './storageFault.ts';

/** What is done with a whole database. */
export type DatabaseTask =
  /** A compact copy of the file as it is committed now, encrypted with the same key; `to` must not exist yet. */
  | { kind: 'copy'; file: string; to: string }
  /** Every page, its MAC, the structure and the indexes; answers with the migrations that were applied. */
  | { kind: 'check'; file: string }
  /** Folds the write-ahead log of a database in that others write meanwhile; `gate` of `createLogFolding`. */
  | { kind: 'fold'; file: string; gate: SharedArrayBuffer };

/** Blocks until it is done: some seconds for a gigabyte. `besideHost` does it on a thread of its own. */
export function performTask(task: DatabaseTask, key: Buffer): AppliedMigration[] {
  if (task.kind === 'copy') {
    copy(task.file, task.to, key);
    return [];
  }
  if (task.kind === 'fold') {
    const { file, gate } = task;
    foldLog(() => connect({ file, key, access: 'write' }), gate);
    return [];
  }
  const store = openStore({ file: task.file, key, how: 'open' });
  try {
    store.checkIntegrity();
    return readApplied(store.read);
  } finally {
    store.close();
  }
}

/** By a connection of its own: it sees what was committed when it began, and others go on writing. */
function copy(file: string, to: string, key: Buffer): void {
  const connection = onStorage(file, () => connect({ file, key, access: 'read' }));
  try {
    // The file itself is opened to be read; a new one is written, which this pragma would refuse.
    connection.pragma('query_only=off');
    onStorage(to, () => void connection.prepare('vacuum into ?').run(to));
  } finally {
    connection.close();
  }
}
