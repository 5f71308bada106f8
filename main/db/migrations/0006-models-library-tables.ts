import type { Migration } from '../migrate.ts';

/** What the library knows of files beyond their headers: the files of split models, hashes, tags, and folders to look through again. */
export const modelsLibraryTables: Migration = {
  number: 6,
  name: 'models-library-tables',
  up(schema) {
    schema.script(`
      ALTER TABLE models ADD COLUMN inode TEXT NOT NULL DEFAULT '0';
      -- The program in whose folder it was found, and its name there.
      ALTER TABLE models ADD COLUMN source TEXT;
      ALTER TABLE models ADD COLUMN label TEXT;
      -- Of all its files; null until they are read, and again when one of them changes.
      ALTER TABLE models ADD COLUMN sha256 TEXT;
      -- Of the file that lay under this name before.
      ALTER TABLE models ADD COLUMN previous_sha256 TEXT;
      CREATE INDEX models_sha256 ON models (sha256) WHERE sha256 IS NOT NULL;
      -- Every file of a model, the first at position 0.
      CREATE TABLE model_files (
        model TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        path TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        modified_at REAL NOT NULL,
        inode TEXT NOT NULL,
        sha256 TEXT,
        PRIMARY KEY (model, position)
      ) STRICT;
      -- By id, of samples too, which have no row in models.
      CREATE TABLE model_tags (
        model TEXT NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (model, tag)
      ) STRICT;
      CREATE TABLE model_folders (
        path TEXT PRIMARY KEY,
        added_at TEXT NOT NULL
      ) STRICT;
    `);
  },
};
