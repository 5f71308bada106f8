import type { Migration } from '../migrate.ts';

/** What a person removed, until the time to undo it is over. */
export const removals: Migration = {
  number: 20,
  name: 'removals',
  up(schema) {
    schema.script(`
      CREATE TABLE removals (
        -- The id of a comparison, a conversation, a message, a preset, a run, a test, a saved prompt, a model.
        subject TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        -- What was removed together has one.
        token INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX removals_token ON removals (token);
    `);
  },
};
