import type { ReadHandle, SchemaHandle } from './store.ts';

export interface AppliedMigration {
  number: number;
  name: string;
}

/** The migrations that this database has, in order; none when it is new. */
export function readApplied(read: ReadHandle): AppliedMigration[] {
  const known = read.get(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'`);
  return known ? read.all<AppliedMigration>('SELECT number, name FROM schema_migrations ORDER BY number') : [];
}

export function writeApplied(schema: SchemaHandle, migration: AppliedMigration, at: string): void {
  schema.script(
    'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT',
  );
  schema.run(
    'INSERT INTO schema_migrations (number, name, applied_at) VALUES (?, ?, ?)',
    migration.number,
    migration.name,
    at,
  );
}
