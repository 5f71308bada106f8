import { Fault } from '../base/fault.ts';
import { type AppliedMigration, readApplied, writeApplied } from './migrations.queries.ts';
import type { OwnedStore } from './openStore.ts';
import type { SchemaHandle } from './store.ts';

/** One step of the schema. `up` runs in a transaction of its own; what it leaves behind must be STRICT tables. */
export interface Migration {
  /** Unique and ascending; the file is `NNNN-<domain>-<what>.ts`. */
  readonly number: number;
  /** `<domain>-<what>`, as in the file name. Number and name together identify it for ever. */
  readonly name: string;
  up(schema: SchemaHandle): void;
}

export interface MigrateOptions {
  migrations: readonly Migration[];
  /** Called once before the first step on a store that holds something already; throwing stops the migration. */
  backUp(next: Migration): void;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Brings the schema to the newest known state, each step in its own transaction. What is applied must be a prefix of
 * what is known, else STORE_TOO_NEW. A failing step leaves the store as the step before left it. Returns what was applied.
 */
export function migrate(store: OwnedStore, { migrations, backUp, now }: MigrateOptions): readonly Migration[] {
  const applied = readApplied(store.read);
  requirePrefix(store.file, applied, migrations);
  const due = migrations.slice(applied.length);
  const first = due[0];
  if (first && applied.length > 0) backUp(first);
  for (const migration of due)
    store.changeSchema((schema) => {
      migration.up(schema);
      writeApplied(schema, migration, new Date(now()).toISOString());
    });
  return due;
}

/** Throws STORE_TOO_NEW unless this version of Assay knows everything that was done to the store. */
export function requirePrefix(
  file: string,
  applied: readonly AppliedMigration[],
  known: readonly AppliedMigration[],
): void {
  const foreign = applied.find(
    ({ number, name }, index) => known[index]?.number !== number || known[index].name !== name,
  );
  if (!foreign) return;
  throw new Fault(
    'STORE_TOO_NEW',
    `The database ${file} was written by another version of Assay: its step ${foreign.number} (${foreign.name}) is not known here. Open it with that version or a newer one.`,
    { facts: { path: file, migration: foreign.number } },
  );
}
