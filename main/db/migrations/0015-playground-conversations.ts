import type { Migration } from '../migrate.ts';

/** Conversations as trees of messages, and presets of settings. Fourteen is another domain's. */
export const playgroundConversations: Migration = {
  number: 15,
  name: 'playground-conversations',
  up(schema) {
    schema.script(`
      CREATE TABLE conversations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        excerpt TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        -- The message that is chosen among the first turns.
        chosen INTEGER
      ) STRICT;
      CREATE TABLE conversation_messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        conversation INTEGER NOT NULL REFERENCES conversations (sequence) ON DELETE CASCADE,
        id TEXT NOT NULL UNIQUE,
        -- Null: a first turn. A turn of the person stands under an answer, an answer under a turn of the person.
        parent INTEGER REFERENCES conversation_messages (sequence) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
        created_at TEXT NOT NULL,
        -- The message that is chosen among those under this one.
        chosen INTEGER,
        text TEXT NOT NULL,
        -- Of an answer alone. One that is found waiting while no job works on it was cut off.
        state TEXT CHECK (state IN ('waiting', 'done', 'failed', 'cancelled')),
        -- Model, settings, context, job, and where it went on.
        answer_json TEXT,
        stats_json TEXT,
        error_json TEXT,
        -- main/services/compare/tokens.rules.ts says how.
        tokens BLOB,
        CHECK ((role = 'assistant') = (state IS NOT NULL AND answer_json IS NOT NULL AND tokens IS NOT NULL))
      ) STRICT;
      CREATE INDEX conversation_messages_tree ON conversation_messages (conversation, parent);
      CREATE INDEX conversation_messages_parent ON conversation_messages (parent);
      CREATE TABLE sampler_presets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        settings_json TEXT NOT NULL
      ) STRICT;
    `);
  },
};
