import type { z } from 'zod';
import {
  type Retention,
  type removedHistory,
  type removeHistoryInput,
  retention,
} from '../../../preload/contract/prompts.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/fault.ts';
import { jsonText } from '../../base/jsonText.ts';
import type { Log } from '../../base/log.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import type { Store, WriteHandle } from '../../db/store.ts';
import { sequencesEach } from './history.queries.ts';
import { selectionOf } from './history.ts';
import * as queries from './removal.queries.ts';

export interface RemovalDependencies {
  vault: {
    store(): Store;
    onUnlocked(listener: () => void): () => void;
    onLocking(listener: () => void | Promise<void>): () => void;
  };
  audit: { event(identity: Identity, action: string, facts: Facts): void };
  clock: Clock;
  log: Pick<Log, 'error'>;
  changed(): void;
  /** Milliseconds in which a deletion can be taken back. Default: 10,000. */
  undoMs?: number;
}

export interface Removal {
  /** Hides at once; nothing is left of it when its time to undo is over, when the store locks, or at the next unlock. */
  remove(input: z.output<typeof removeHistoryInput>): z.infer<typeof removedHistory>;
  /** Takes a deletion back. CONFLICT when its time is over. */
  bringBack(token: number): void;
  /** Hides all of a comparison or chat, or what stands in these places of it, within the caller's transaction, for good. */
  forget(write: WriteHandle, origin: string, places?: readonly string[]): void;
  /** Told, within the transaction, of each entry that is deleted for good. */
  onRemoved(listener: (write: WriteHandle, removed: queries.RemovedRow) => void): void;
  retention(): Retention;
  /** Applies it at once. */
  setRetention(next: Retention): void;
  preview(rule: Retention): { entries: number; comparisons: number };
  /** Resolves when nothing is waiting to be deleted any more. */
  settled(): Promise<void>;
  close(): void;
}

const daily = 24 * 60 * 60 * 1000;
/** Deleted in one go: a few tens of milliseconds. */
const slice = 8;
export const host: Identity = { person: 'Assay', role: 'owner', home: 'host' };
const keepAll: Retention = { keepDays: null, keepMarked: true };

export function createRemoval({ vault, audit, clock, log, changed, undoMs = 10_000 }: RemovalDependencies): Removal {
  const listeners = new Set<(write: WriteHandle, removed: queries.RemovedRow) => void>();
  const timers = new Set<NodeJS.Timeout>();
  let open = false;
  let lastToken = 0;
  let work: Promise<void> = Promise.resolve();

  // Asked every hour, because a machine that slept misses a timer of a day.
  let lastRetention = 0;
  const retentionCheck = setInterval(() => {
    if (open && clock.now() - lastRetention >= daily) keepTo(readRetention());
  }, daily / 24);
  retentionCheck.unref();

  const leave = [
    vault.onUnlocked(() => {
      open = true;
      // What was hidden when the app ended can no longer be brought back.
      purgeUntil(Number.MAX_SAFE_INTEGER);
      keepTo(readRetention());
    }),
    vault.onLocking(async () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      purgeUntil(Number.MAX_SAFE_INTEGER);
      await work;
      open = false;
    }),
  ];

  /** Deletes for good what was hidden up to a moment, slice by slice, after what is being deleted already. */
  function purgeUntil(until: number): void {
    work = work
      .then(() => purge(until))
      .catch((thrown: unknown) => {
        if (thrown instanceof Fault && thrown.code === 'LOCKED') return;
        log.error(
          { reason: thrown instanceof Fault ? thrown.code : 'unforeseen' },
          'what was deleted is still being held',
        );
      });
  }

  async function purge(until: number): Promise<void> {
    const store = vault.store();
    let deleted = 0;
    for (;;) {
      const due = queries.selectDue(store.read, until, slice);
      if (due.length === 0) break;
      store.transaction((write) => {
        for (const row of due) {
          queries.deleteRow(write, row.sequence);
          for (const listener of listeners) listener(write, row);
        }
      });
      deleted += due.length;
      await pause();
    }
    if (deleted === 0) return;
    store.transaction((write) => queries.deleteOrphans(write));
    store.foldIn();
    changed();
  }

  function mark(work: (write: WriteHandle, token: number) => number): { token: number; count: number } {
    lastToken = Math.max(lastToken + 1, clock.now());
    const token = lastToken;
    const count = vault.store().transaction((write) => work(write, token));
    changed();
    return { token, count };
  }

  function readRetention(): Retention {
    const kept = queries.selectSettings(vault.store().read);
    const read = jsonText.pipe(retention).safeParse(kept);
    // A rule that cannot be read deletes nothing.
    return read.success ? read.data : keepAll;
  }

  function before(days: number): number {
    return (clock.now() - days * daily) * sequencesEach;
  }

  function keepTo({ keepDays, keepMarked }: Retention): void {
    lastRetention = clock.now();
    if (keepDays === null) return;
    const limit = before(keepDays);
    if (queries.countExpired(vault.store().read, limit, keepMarked).entries === 0) return;
    const entries = vault.store().transaction((write) => queries.markExpired(write, limit, keepMarked));
    audit.event(host, 'prompts.retention', { entries, keepDays, keepMarked });
    changed();
    purgeUntil(0);
  }

  return {
    remove(input) {
      const marked = mark((write, token) => {
        if ('ids' in input) return queries.markIds(write, input.ids, input.whole, token);
        const selection = selectionOf(write, input.matching);
        return selection === null ? 0 : queries.markMatching(write, selection, token);
      });
      const timer = setTimeout(() => {
        timers.delete(timer);
        purgeUntil(marked.token);
      }, undoMs);
      timers.add(timer);
      return { ...marked, until: new Date(clock.now() + undoMs).toISOString() };
    },
    bringBack(token) {
      const count = vault.store().transaction((write) => queries.unmark(write, token));
      if (count === 0)
        throw new Fault('CONFLICT', 'It is deleted already: the time in which that could be taken back is over.');
      changed();
    },
    forget(write, origin, places) {
      if (queries.markOrigin(write, origin, places) === 0) return;
      vault.store().afterCommit(() => {
        changed();
        purgeUntil(0);
      });
    },
    onRemoved: (listener) => void listeners.add(listener),
    retention: readRetention,
    setRetention(next) {
      vault.store().transaction((write) => queries.writeSettings(write, JSON.stringify(next)));
      changed();
      keepTo(next);
    },
    preview({ keepDays, keepMarked }) {
      if (keepDays === null) return { entries: 0, comparisons: 0 };
      return queries.countExpired(vault.store().read, before(keepDays), keepMarked);
    },
    settled: () => work,
    close() {
      for (const end of leave) end();
      for (const timer of timers) clearTimeout(timer);
      clearInterval(retentionCheck);
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
