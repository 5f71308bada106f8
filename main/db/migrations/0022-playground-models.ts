import type { Migration } from '../migrate.ts';

/** In which conversations a model answered, without a look at the answers. */
export const playgroundModels: Migration = {
  number: 22,
  name: 'playground-models',
  up(schema) {
    schema.script(`
      ALTER TABLE conversation_messages ADD COLUMN model TEXT AS (json_extract(answer_json, '$.model.id')) VIRTUAL;
      CREATE INDEX conversation_messages_model ON conversation_messages (model, conversation) WHERE model IS NOT NULL;
    `);
  },
};
