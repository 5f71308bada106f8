import { expect, it } from 'vitest';
import { storeOfBefore } from '../helpers/storeOfBefore.ts';

it('0021: an answer of before says how many messages stood above its turn, where its conversation is there still', () => {
  const { store, migrateAll } = storeOfBefore(20);
  store.transaction((write) => {
    write.run(
      "INSERT INTO conversations (sequence, id, excerpt, created_at, updated_at) VALUES (1, 'talk', '', '', '')",
    );
    const message = (sequence: number, parent: number | null) =>
      sequence % 2 === 1
        ? write.run(
            "INSERT INTO conversation_messages (sequence, conversation, id, parent, role, created_at, text) VALUES (?, 1, ?, ?, 'user', '', 'a')",
            ...[sequence, `m${sequence}`, parent],
          )
        : write.run(
            `INSERT INTO conversation_messages (sequence, conversation, id, parent, role, created_at, text, state, answer_json, tokens)
             VALUES (?, 1, ?, ?, 'assistant', '', 'b', 'done', '{}', x'')`,
            ...[sequence, `m${sequence}`, parent],
          );
    for (let sequence = 1; sequence <= 6; sequence++) message(sequence, sequence === 1 ? null : sequence - 1);
    write.run("INSERT INTO history_models (key, name, quantization) VALUES (1, 'm', 'F16')");
    for (const [sequence, place] of ['m2', 'm4', 'm6', 'gone'].entries()) {
      write.run(
        "INSERT INTO history (sequence, id, source, origin, place, model, state) VALUES (?, ?, 'playground', 'talk', ?, 1, 'done')",
        ...[sequence, place, place],
      );
      write.run(
        "INSERT INTO history_texts (sequence, prompt, answer, facets, settings_json) VALUES (?, 'asked', '', 'f', '{}')",
        sequence,
      );
    }
  });
  migrateAll();
  const rows = store.read.all<{ n: number | null }>('SELECT messages_before AS n FROM history_texts ORDER BY sequence');
  expect(rows.map(({ n }) => n)).toEqual([0, 2, 4, null]);
  const found = 'SELECT rowid FROM history_index WHERE history_index MATCH ?';
  expect(store.read.all(found, '"asked"')).toHaveLength(4);
});
