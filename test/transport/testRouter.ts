import { z } from 'zod';
import { createChanges } from '../../main/base/changes.ts';
import { Fault } from '../../main/base/fault.ts';
import { command, type Gate, open, query, router } from '../../main/base/procedure.ts';
import { createEventsRouter } from '../../main/host/events.router.ts';

/** A router small enough to see everything that happens in it, of the same kinds as the real one. */
export function createTestRouter() {
  const seen = { started: 0, pulled: 0, ended: 0, aborted: 0, asked: 0 };
  const changes = createChanges();
  const testRouter = router({
    echo: query
      .input(z.object({ text: z.string() }))
      .query(({ input }) => ({ text: input.text, length: input.text.length })),
    fail: query.query(() => {
      throw new Fault('MODEL_NOT_FOUND', 'There is no model at /nowhere. Choose another.', {
        facts: { path: '/nowhere' },
      });
    }),
    crash: query.query(() => {
      throw new TypeError('not a function');
    }),
    never: command.mutation(() => new Promise<string>(() => undefined)),
    /** Answers only when it is asked for the second time. */
    secondTime: query.query(() => (++seen.asked > 1 ? 'answered' : new Promise<string>(() => undefined))),
    huge: query.input(z.number()).query(({ input }) => 'x'.repeat(input)),
    change: command.mutation(() => {
      changes.announce('models');
    }),
    /** `count` items of `size` characters, as fast as they are pulled. */
    count: query.input(z.object({ count: z.number(), size: z.number().default(0) })).subscription(async function* ({
      input,
      signal,
    }) {
      seen.started++;
      try {
        for (let index = 0; index < input.count && !signal?.aborted; index++) {
          seen.pulled++;
          yield { index, filler: 'x'.repeat(input.size) };
        }
      } finally {
        seen.ended++;
        if (signal?.aborted) seen.aborted++;
      }
    }),
    /** One item, then nothing until its signal is aborted. */
    wait: open.subscription(async function* ({ signal }) {
      seen.started++;
      yield 'waiting';
      await new Promise<void>((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
      seen.aborted++;
    }),
    failLater: query.subscription(async function* () {
      yield 1;
      throw new Fault('ENGINE_CRASHED', 'The engine ended with SIGSEGV. Ask again to start it anew.');
    }),
    events: createEventsRouter(changes),
  });
  return { router: testRouter, seen, changes };
}

export type TestRouter = ReturnType<typeof createTestRouter>['router'];

/** A gate whose lock can be turned, and which keeps what it was told. */
export function createTestGate() {
  const records: { action: string; facts: object; outcome: string | null }[] = [];
  const listeners = new Set<() => void>();
  const state = { locked: false };
  const gate: Gate = {
    requireUnlocked() {
      if (state.locked) throw new Fault('LOCKED', 'The store is locked. Unlock it first.');
    },
    touch: () => undefined,
    onLocking(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    record(_identity, action, facts) {
      const entry: (typeof records)[number] = { action, facts, outcome: null };
      records.push(entry);
      return (outcome) => {
        entry.outcome = outcome;
      };
    },
  };
  return {
    gate,
    records,
    listeners,
    lock() {
      state.locked = true;
      for (const listener of [...listeners]) listener();
    },
  };
}
