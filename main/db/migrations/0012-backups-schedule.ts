import type { Migration } from '../migrate.ts';

/** When backups are made by themselves, and those that were tried. */
export const backupsSchedule: Migration = {
  number: 12,
  name: 'backups-schedule',
  up(schema) {
    schema.script(`
      CREATE TABLE backup_schedule (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        settings_json TEXT NOT NULL
      ) STRICT;
      CREATE TABLE scheduled_backups (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        -- Null when it failed, and once it made room.
        path TEXT,
        size_bytes INTEGER NOT NULL,
        problem TEXT
      ) STRICT;
    `);
  },
};
