import type { Migration } from '../migrate.ts';

/**
 * Which file of a model answered: entries of one model whose file was replaced are told apart by its hash and, until that is known, by
 * the mark of the file (its size, time and number). Of entries of before neither is known but the hash, where they have one.
 */
export const promptsModelFiles: Migration = {
  number: 18,
  name: 'prompts-model-files',
  up(schema) {
    schema.script(`
      ALTER TABLE history_models ADD COLUMN file_mark TEXT;
      DROP INDEX history_models_same;
      CREATE UNIQUE INDEX history_models_same
        ON history_models (name, quantization, coalesce(model_id, ''), coalesce(sha256, ''), coalesce(file_mark, ''));
    `);
  },
};
