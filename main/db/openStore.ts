import { closeSync, existsSync, openSync } from 'node:fs';
import { Fault } from '../base/fault.ts';
import { createStatements } from './handles.ts';
import { createLogFolding } from './logFolding.ts';
import { connect, isPlausibleDatabase } from './open.ts';
import { onStorage } from './storageFault.ts';
import type { SchemaHandle, Store, WriteHandle } from './store.ts';
import type { DatabaseTask } from './wholeDatabase.ts';

export interface OpenStoreOptions {
  file: string;
  /** The raw 32-byte data key; the caller keeps it until the store is closed, and clears it. */
  key: Buffer;
  /** create: the file must not exist. open: it must. */
  how: 'create' | 'open';
  /** `besideHost`, where much may be written while others wait for an answer. */
  beside?: (task: DatabaseTask, key: Buffer) => Promise<unknown>;
}

/** The store as its keeper holds it: only the vault changes the schema. */
export interface OwnedStore extends Store {
  /** One transaction in which foreign keys are checked at the end and any statement on the schema may run. */
  changeSchema(work: (schema: SchemaHandle) => void): void;
}

/**
 * Opens the encrypted database on two connections, one that writes and one that cannot.
 * Faults: STORE_DAMAGED (missing, not a database, or not of this key), READ_ONLY, DISK_FULL, STORE_IN_USE.
 */
export function openStore({ file, key, how, beside }: OpenStoreOptions): OwnedStore {
  if (how === 'create' && existsSync(file))
    throw new Fault(
      'STORE_EXISTS',
      `There is already a database at ${file}. Unlock it, or choose another data folder.`,
    );
  if (how === 'open' && !isPlausibleDatabase(file))
    throw new Fault(
      'STORE_DAMAGED',
      `The database ${file} is ${existsSync(file) ? 'empty or cut short' : 'missing'}, although its key file is there. Restore a backup.`,
      { facts: { path: file } },
    );

  // Readable by its owner only, and so will be what SQLite puts beside it.
  if (how === 'create') onStorage(file, () => closeSync(openSync(file, 'wx', 0o600)));
  const writer = onStorage(file, () => connect({ file, key, access: 'write' }));
  const write = createStatements(writer, file, 'write');
  const read = onStorage(file, () => {
    try {
      return createStatements(connect({ file, key, access: 'read' }), file, 'read');
    } catch (error) {
      writer.close();
      throw error;
    }
  });
  let waiting: (() => void)[] = [];
  const folding = createLogFolding(writer, beside && ((gate) => beside({ kind: 'fold', file, gate }, key)));

  function transaction<T>(work: (write: WriteHandle) => T): T {
    if (!writer.open) throw new Fault('LOCKED', 'The store is locked. Unlock it to go on.');
    const outermost = !writer.inTransaction;
    const waitingBefore = waiting.length;
    let result: T;
    try {
      result = writer.transaction(() => work(write)).immediate();
    } catch (error) {
      waiting.length = waitingBefore;
      throw storageFaultOf(error);
    }
    if (outermost) {
      folding.committed();
      runWaiting();
    }
    return result;
  }

  function storageFaultOf(error: unknown): unknown {
    try {
      return onStorage(file, () => {
        throw error;
      });
    } catch (fault) {
      return fault;
    }
  }

  function runWaiting(): void {
    const due = waiting;
    waiting = [];
    for (const work of due) work();
  }

  return {
    file,
    read,
    transaction,
    afterCommit(work) {
      if (writer.open && writer.inTransaction) waiting.push(work);
      else work();
    },
    changeSchema(work) {
      transaction(() => {
        writer.pragma('defer_foreign_keys=on');
        work({ ...write, script: (sql) => void writer.exec(refuseConnectionStatements(sql)) });
        const broken = writer.pragma('foreign_key_check');
        if (Array.isArray(broken) && broken.length > 0)
          throw new Error(`The schema change breaks foreign keys: ${JSON.stringify(broken.slice(0, 3))}`);
      });
    },
    foldIn() {
      folding.settle();
      onStorage(file, () => void writer.pragma('wal_checkpoint(truncate)'));
    },
    vacuumInto(copy) {
      onStorage(copy, () => {
        if (existsSync(copy)) throw new Fault('CONFLICT', `${copy} exists already. Choose another name.`);
        writer.prepare('vacuum into ?').run(copy);
      });
    },
    checkIntegrity() {
      onStorage(file, () => {
        const found = writer.pragma('integrity_check(5)', { simple: true });
        if (found !== 'ok')
          throw new Fault(
            'STORE_DAMAGED',
            `The database ${file} is damaged: ${String(found)}. Restore a backup; the damaged file will be kept beside it.`,
            { facts: { path: file } },
          );
      });
    },
    close() {
      if (!writer.open) return;
      folding.close();
      // The connection that writes goes last: only it can fold the log in.
      read.close();
      write.close();
    },
  };
}

/** A migration is our own text, but even it has no reason to leave this file, its transaction, or the way it was opened. */
function refuseConnectionStatements(sql: string): string {
  const found = /\b(attach|detach|vacuum|pragma|commit)\b/i.exec(sql);
  if (found) throw new Error(`A migration does not say ${found[0].toUpperCase()}.`);
  return sql;
}
