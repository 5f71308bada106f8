import type { Migration } from '../migrate.ts';

/** Comparisons side by side: what was asked, of which models, and each settled answer (a cell) as soon as it is there. */
export const compareRuns: Migration = {
  number: 4,
  name: 'compare-runs',
  up(schema) {
    schema.script(`
      CREATE TABLE comparisons (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT,
        created_at TEXT NOT NULL,
        job_id TEXT,
        -- All of the request but its prompts.
        settings_json TEXT NOT NULL,
        columns_json TEXT NOT NULL,
        column_count INTEGER NOT NULL,
        prompt_count INTEGER NOT NULL,
        excerpt TEXT NOT NULL
      ) STRICT;
      CREATE TABLE comparison_prompts (
        comparison INTEGER NOT NULL REFERENCES comparisons (sequence) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        text TEXT NOT NULL,
        UNIQUE (comparison, position)
      ) STRICT;
      -- Only settled cells have a row; a cell without one waits.
      CREATE TABLE comparison_cells (
        comparison INTEGER NOT NULL REFERENCES comparisons (sequence) ON DELETE CASCADE,
        prompt INTEGER NOT NULL,
        model_column INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'failed', 'cancelled')),
        pinned INTEGER NOT NULL CHECK (pinned IN (0, 1)),
        first_divergence INTEGER,
        stats_json TEXT,
        error_json TEXT,
        text TEXT NOT NULL,
        -- main/services/compare/tokens.rules.ts says how.
        tokens BLOB NOT NULL,
        UNIQUE (comparison, prompt, model_column)
      ) STRICT;
    `);
  },
};
