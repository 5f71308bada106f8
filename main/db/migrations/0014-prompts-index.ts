import type { Migration } from '../migrate.ts';

/**
 * The full-text index of the history anew: one-letter prefixes too, so that the first letter of a word needs no scan of all words under it,
 * and pages that fit into a page of the encrypted database. Those of 4050 bytes, FTS5's default, do not (4096 less 80 for salt and MAC, less
 * the head of a row): each took an overflow page along, to be encrypted and decrypted with it. `docs/decisions/0022`.
 */
export const promptsIndex: Migration = {
  number: 14,
  name: 'prompts-index',
  up(schema) {
    schema.script(`
      DROP TABLE history_index;
      CREATE VIRTUAL TABLE history_index USING fts5(
        title, system, prompt, answer, note, tags, characters, facets,
        content='history_texts', content_rowid='sequence', prefix='1 2 3', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
      );
      INSERT INTO history_index (history_index, rank) VALUES ('pgsz', 3940);
      -- Fewer rewrites of what is there already; a search looks into a few pieces more.
      INSERT INTO history_index (history_index, rank) VALUES ('automerge', 8);
      -- What is deleted leaves the index at once, and not at some later merge.
      INSERT INTO history_index (history_index, rank) VALUES ('secure-delete', 1);
      INSERT INTO history_index (history_index) VALUES ('rebuild');
    `);
  },
};
