import type { Migration } from '../migrate.ts';

/** How many pairs a blind test asks, decided before it begins. */
export const blindPairs: Migration = {
  number: 17,
  name: 'blind-pairs',
  up(schema) {
    schema.script(`
      -- Null: all that are there.
      ALTER TABLE blind_tests ADD COLUMN asked INTEGER CHECK (asked > 0);
    `);
  },
};
