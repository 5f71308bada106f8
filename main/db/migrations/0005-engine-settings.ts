import type { Migration } from '../migrate.ts';

/** One row at most: the settings of the engine that a person changed; what is absent has its default. */
export const engineSettings: Migration = {
  number: 5,
  name: 'engine-settings',
  up(schema) {
    schema.script(`
      CREATE TABLE engine_settings (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        settings_json TEXT NOT NULL
      ) STRICT;
    `);
  },
};
