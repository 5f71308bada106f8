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
  /** create: the database was made just now and holds nothing. open: it must hold what an earlier call put there. */
  how: 'create' | 'open';
  /** Called once before the first step on a store that holds something already; throwing stops the migration. */
  backUp(next: Migration): void;
  /** Milliseconds since 1970. */
  now(): number;
}

/**
 * Brings the schema to the newest known state, each step in its own transaction. What is applied must be a prefix of
 * what is known, else STORE_TOO_NEW; with `open` there must be some, else STORE_DAMAGED. A failing step leaves the store as the step before left it. Returns what was applied.
 */
export function migrate(store: OwnedStore, { migrations, how, backUp, now }: MigrateOptions): readonly Migration[] {
  const applied = readApplied(store.read);
  if (how === 'open') requireApplied(store.file, applied);
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

/** Throws STORE_DAMAGED for a database without any step: every finished store has some, so its log file was taken away. */
export function requireApplied(file: string, applied: readonly AppliedMigration[]): void {
  if (applied.length > 0) return;
  throw new Fault(
    'STORE_DAMAGED',
    `The database ${file} holds nothing, although its key file is there: what was written to it is lost, or it was never finished. Restore a backup; if nothing was ever kept here, choose another data folder.`,
    { facts: { path: file } },
  );
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
