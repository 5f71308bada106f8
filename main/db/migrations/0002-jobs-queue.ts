import type { Migration } from '../migrate.ts';

/** The job queue: one row a job, kept until a person clears it. Texts named `…_json` are parsed by main/services/jobs. */
export const jobsQueue: Migration = {
  number: 2,
  name: 'jobs-queue',
  up(schema) {
    schema.script(`
      CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        workspace TEXT NOT NULL,
        kind TEXT NOT NULL,
        lane TEXT NOT NULL CHECK (lane IN ('interactive', 'exclusive', 'batch')),
        -- Place in the queue; a resumed job gets a new one.
        position INTEGER NOT NULL UNIQUE,
        title TEXT NOT NULL,
        subject TEXT,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
        input_json TEXT NOT NULL,
        checkpoint_json TEXT,
        progress_json TEXT,
        error_json TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        ended_at TEXT
      ) STRICT;
      CREATE INDEX jobs_unended ON jobs (position) WHERE state IN ('queued', 'running');
    `);
  },
};
