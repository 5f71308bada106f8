import type { Migration } from '../migrate.ts';

/** Blind tests: which of two answers people preferred without knowing whose they were. The answers stay with their comparisons. */
export const blindPreferences: Migration = {
  number: 10,
  name: 'blind-preferences',
  up(schema) {
    schema.script(`
      CREATE TABLE blind_tests (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        created_at TEXT NOT NULL,
        -- Order and sides follow from it.
        seed TEXT NOT NULL,
        -- Ids of comparisons.
        comparisons_json TEXT NOT NULL,
        -- The models as they were called; the reference first.
        players_json TEXT NOT NULL,
        revealed_at TEXT
      ) STRICT;
      CREATE TABLE blind_judgments (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        test INTEGER NOT NULL REFERENCES blind_tests (sequence) ON DELETE CASCADE,
        judged_at TEXT NOT NULL,
        pair TEXT NOT NULL,
        comparison TEXT NOT NULL,
        prompt INTEGER NOT NULL,
        -- Keys of models.
        left_player TEXT NOT NULL,
        right_player TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('left', 'right', 'tie')),
        UNIQUE (test, pair)
      ) STRICT;
    `);
  },
};
