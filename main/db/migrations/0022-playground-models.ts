import type { Migration } from '../migrate.ts';

/** In which conversations a model answered, without a look at the answers. */
export const playgroundModels: Migration = {
  number: 22,
  name: 'playground-models',
  up(schema) {
    schema.script(`
      CREATE INDEX conversation_messages_model
        ON conversation_messages (json_extract(answer_json, '$.model.id'), conversation) WHERE role = 'assistant';
    `);
  },
};
