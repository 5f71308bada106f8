import type { Removed } from '../../preload/contract/removals.ts';

/**
 * What a service writes to have what a person removes hidden at once and deleted when the time to undo it is over (services/removals).
 * The shapes live here, beside those of jobs, so that a service can declare what it removes without importing another one.
 */
export interface RemovalKind {
  /** Stable name, `<domain>.<what>`: it is stored with what is hidden. */
  kind: string;
  /** Deletes it for good. What it throws leaves the thing where it was, but for NOT_FOUND: then it is gone already. */
  carryOut(id: string): void;
  /** It was hidden or brought back: whoever shows it has to look again. */
  changed(id: string): void;
}

export interface Removals {
  /** Once for each kind, before the store is unlocked. */
  register(kind: RemovalKind): Hiding;
}

/** What can be done with things of a kind. Lists leave out what is hidden: `id NOT IN (SELECT subject FROM removals)`. */
export interface Hiding {
  /** Hides these; together they can be brought back. */
  hide(ids: readonly string[]): Removed;
  /** Brings these back, for someone asks for them again. */
  keep(ids: readonly string[]): void;
  /** Deletes these now if they are hidden, for what comes needs their place. */
  finish(ids: readonly string[]): void;
}

/** For a service that stands alone: what is removed goes at once. */
export const removedAtOnce: Removals = {
  register: ({ carryOut }) => ({
    hide(ids) {
      for (const id of ids) carryOut(id);
      return { token: 0, until: new Date(0).toISOString() };
    },
    keep: () => undefined,
    finish: () => undefined,
  }),
};
