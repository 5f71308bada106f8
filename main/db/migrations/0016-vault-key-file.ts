import type { Migration } from '../migrate.ts';

/** Which key file belongs to the database, so that an older one in its place is noticed. */
export const vaultKeyFile: Migration = {
  number: 16,
  name: 'vault-key-file',
  up(schema) {
    schema.script(`
      CREATE TABLE vault_key_file (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        -- SHA-256 of the key file that was written or found last.
        hash TEXT NOT NULL,
        -- Of the one that is about to replace it; null once it has.
        next_hash TEXT,
        -- When another one was found in its place; null once a new passphrase was set after that.
        exchanged_at TEXT
      ) STRICT;
    `);
  },
};
