import type { Clock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { RemovalKind, Removals } from '../../base/removals.ts';
import type { Store } from '../../db/store.ts';
import * as queries from './removals.queries.ts';

export interface RemovalsDependencies {
  vault: {
    store(): Store;
    onUnlocked(listener: () => void): () => void;
    onLocking(listener: () => void): () => void;
  };
  clock: Clock;
  log: Pick<Log, 'error'>;
  /** Milliseconds in which a removal can be undone. Default: 10,000. */
  undoMs?: number;
}

/**
 * What a person removed, until it is deleted: hidden from then on, whatever becomes of the page, and deleted when the time to undo it is
 * over, when the store locks, or at the next unlock where the app was cut off before.
 */
export interface UndoableRemovals extends Removals {
  /** CONFLICT when its time is over. */
  bringBack(token: number): void;
  /** From now on what is hidden goes at a lock and at an unlock. To be called when every kind is registered, before the first unlock. */
  begin(): void;
  close(): void;
}

export function createRemovals({ vault, clock, log, undoMs = 10_000 }: RemovalsDependencies): UndoableRemovals {
  const kinds = new Map<string, RemovalKind>();
  const timers = new Set<NodeJS.Timeout>();
  let leave: (() => void)[] = [];
  let lastToken = 0;

  /** One by one: what cannot go holds nothing else up, and is shown again. */
  function carryOut(hidden: readonly queries.HiddenRow[]): void {
    for (const { subject, kind } of hidden) {
      try {
        kinds.get(kind)?.carryOut(subject);
      } catch (thrown) {
        const { code } = toErrorData(thrown);
        if (code !== 'NOT_FOUND') log.error({ code, kind }, 'what was removed could not be deleted; it is shown again');
      }
    }
    show(hidden);
    if (hidden.length > 0) vault.store().foldIn();
  }

  /** For where nobody waits for the outcome; what stays hidden goes at the next lock or unlock. */
  function carryOutQuietly(token?: number): void {
    try {
      carryOut(queries.selectHidden(vault.store().read, token));
    } catch (thrown) {
      log.error({ code: toErrorData(thrown).code }, 'what was removed is still being held');
    }
  }

  function show(hidden: readonly queries.HiddenRow[]): void {
    vault.store().transaction((write) => {
      for (const { subject } of hidden) queries.show(write, subject);
    });
    for (const { subject, kind } of hidden) kinds.get(kind)?.changed(subject);
  }

  function carryOutAll(): void {
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    carryOutQuietly();
  }

  function carryOutLater(token: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      carryOutQuietly(token);
    }, undoMs);
    // Whoever ends the app before locks the store, which carries it out.
    timer.unref();
    timers.add(timer);
  }

  return {
    register(kind) {
      kinds.set(kind.kind, kind);
      const hiddenOf = (ids: readonly string[]) => queries.selectThose(vault.store().read, ids);
      return {
        hide(ids) {
          lastToken = Math.max(lastToken + 1, clock.now());
          const token = lastToken;
          vault.store().transaction((write) => {
            for (const subject of ids) queries.hide(write, { subject, kind: kind.kind }, token);
          });
          for (const id of ids) kind.changed(id);
          carryOutLater(token);
          return { token, until: new Date(clock.now() + undoMs).toISOString() };
        },
        keep: (ids) => show(hiddenOf(ids)),
        finish: (ids) => carryOut(hiddenOf(ids)),
      };
    },
    bringBack(token) {
      const hidden = queries.selectHidden(vault.store().read, token);
      if (hidden.length === 0)
        throw new Fault('CONFLICT', 'It is deleted already: the time in which that could be undone is over.');
      show(hidden);
    },
    begin() {
      leave = [vault.onUnlocked(carryOutAll), vault.onLocking(carryOutAll)];
    },
    close() {
      for (const end of leave) end();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
