import type { Migration } from '../migrate.ts';

/** The models that a person added: the files stay where they are. Texts named `…_json` are parsed by main/services/models. */
export const modelsLibrary: Migration = {
  number: 3,
  name: 'models-library',
  up(schema) {
    schema.script(`
      CREATE TABLE models (
        id TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        added_at TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        -- When the file was changed last, in milliseconds since 1970: another time or size means reading the header anew.
        modified_at REAL NOT NULL,
        -- What its header said.
        facts_json TEXT NOT NULL
      ) STRICT;
    `);
  },
};
