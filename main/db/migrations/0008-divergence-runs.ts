import type { Migration } from '../migrate.ts';

/** Divergence runs with what each model scored in each chunk, and where the files come from that Assay quantized. */
export const divergenceRuns: Migration = {
  number: 8,
  name: 'divergence-runs',
  up(schema) {
    schema.script(`
      CREATE TABLE divergence_runs (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        created_at TEXT NOT NULL,
        job_id TEXT,
        -- All of the request but its text.
        settings_json TEXT NOT NULL,
        -- The reference first.
        columns_json TEXT NOT NULL,
        text_kind TEXT NOT NULL CHECK (text_kind IN ('text', 'dataset', 'sample', 'base file')),
        text_name TEXT NOT NULL,
        -- The text, or the conversations as JSON; null when a base file brings its own.
        text TEXT,
        -- What was found out by the way: chunks, arrangement, memory. main/services/divergence/divergence.queries.ts says how.
        facts_json TEXT NOT NULL
      ) STRICT;
      -- One row for each chunk that a model has done; column 0 is the reference.
      CREATE TABLE divergence_chunks (
        run INTEGER NOT NULL REFERENCES divergence_runs (sequence) ON DELETE CASCADE,
        model_column INTEGER NOT NULL,
        chunk INTEGER NOT NULL,
        decode_seconds REAL NOT NULL,
        metrics_seconds REAL NOT NULL,
        -- main/services/divergence/scores.rules.ts says how these are kept.
        sums BLOB NOT NULL,
        scores BLOB NOT NULL,
        -- Of the reference only: what the scored tokens look like, a JSON list.
        texts_json TEXT,
        PRIMARY KEY (run, model_column, chunk)
      ) STRICT, WITHOUT ROWID;
      -- Counting the chunks of a run reads no scores.
      CREATE INDEX divergence_chunks_done ON divergence_chunks (run, model_column);
      CREATE TABLE quantizations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        -- Full path when it was made; a file made anew at the same place has a new row.
        file TEXT NOT NULL,
        created_at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        -- All else of preload/contract/quantize.ts.
        facts_json TEXT NOT NULL
      ) STRICT;
      CREATE INDEX quantizations_by_file ON quantizations (file);
      CREATE INDEX quantizations_by_sha256 ON quantizations (sha256);
    `);
  },
};
