import type { Migration } from '../migrate.ts';

/** Whether Assay may connect to anything, every attempt to, and what was downloaded. */
export const networkLedger: Migration = {
  number: 9,
  name: 'network-ledger',
  up(schema) {
    schema.script(`
      CREATE TABLE network_settings (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        settings_json TEXT NOT NULL
      ) STRICT;
      CREATE TABLE network_connections (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        purpose TEXT NOT NULL,
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        path TEXT NOT NULL,
        proxy TEXT,
        outcome TEXT NOT NULL CHECK (outcome IN ('under way', 'refused', 'failed', 'answered')),
        reason TEXT,
        status INTEGER,
        received_bytes INTEGER NOT NULL DEFAULT 0,
        ended_at TEXT
      ) STRICT;
      CREATE TABLE downloads (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        at TEXT NOT NULL,
        repository TEXT NOT NULL,
        revision TEXT NOT NULL,
        file TEXT NOT NULL,
        path TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        licence TEXT,
        host TEXT NOT NULL
      ) STRICT;
      CREATE INDEX downloads_by_sha256 ON downloads (sha256);
    `);
  },
};
