import type { Migration } from '../migrate.ts';

/** How many messages of its conversation a model was given before the prompt; null where that is not known. */
export const promptsTurns: Migration = {
  number: 21,
  name: 'prompts-turns',
  up(schema) {
    schema.script(`
      ALTER TABLE history_texts ADD COLUMN messages_before INTEGER;
      -- Of an answer that is there still: the messages above its turn.
      WITH RECURSIVE above (answer, parent, count) AS (
        SELECT m.id, turn.parent, 0 FROM conversation_messages AS m
          JOIN conversation_messages AS turn ON turn.sequence = m.parent WHERE m.role = 'assistant'
        UNION ALL
        SELECT above.answer, m.parent, above.count + 1 FROM above JOIN conversation_messages AS m ON m.sequence = above.parent
      )
      UPDATE history_texts SET messages_before = found.count
        FROM (SELECT h.sequence, max(above.count) AS count FROM history AS h JOIN above ON above.answer = h.place
          WHERE h.source = 'playground' GROUP BY h.sequence) AS found
        WHERE found.sequence = history_texts.sequence;
    `);
  },
};
