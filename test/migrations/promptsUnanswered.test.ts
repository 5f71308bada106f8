import { expect, it } from 'vitest';
import { insertComparison, upsertCell } from '../../main/services/compare/compare.queries.ts';
import { deletedCell, waitingCell } from '../../main/services/compare/compare.rules.ts';
import { insertConversation, insertMessage } from '../../main/services/compare/playground/playground.queries.ts';
import { selectTexts } from '../../main/services/prompts/history.queries.ts';
import { comparisonInput } from '../../preload/contract/compare.ts';
import { chatSettings } from '../../preload/contract/playground.ts';
import { storeOfBefore } from '../helpers/storeOfBefore.ts';

it('what was asked before and got no answer comes into the history, once and with what is known of it', () => {
  const { store, migrateAll } = storeOfBefore(18);
  const settings = comparisonInput.parse({ models: ['a', 'b'], prompts: ['a heron', 'gone'], system: 'Brief.' });
  const column = { reference: 'a', modelId: null, name: 'A', quantization: 'F16', sizeBytes: null, vocabulary: null };
  const at = '2026-11-20T12:00:00.000Z';
  store.transaction((write) => {
    const columns = [column, { ...column, modelId: 'b', name: 'B' }];
    const sequence = insertComparison(write, { id: 'c', createdAt: at, jobId: 'j', settings, columns, excerpt: 'x' });
    upsertCell(write, sequence, { ...waitingCell(0, 0), state: 'failed' });
    upsertCell(write, sequence, { ...waitingCell(0, 1), state: 'failed' });
    upsertCell(write, sequence, { ...waitingCell(1, 0), state: 'cancelled' });
    upsertCell(write, sequence, deletedCell(1, 1));
    const conversation = insertConversation(write, 'talk', 'x', at);
    const turn = insertMessage(write, {
      conversation,
      id: 'turn',
      parent: null,
      createdAt: at,
      text: 'a quince',
      answer: null,
    });
    const answer = {
      state: 'waiting' as const,
      loadProgress: null,
      model: { reference: 'q', id: null, name: 'Q', quantization: 'F16' },
      settings: chatSettings.parse({ model: 'q', system: 'Kind.' }),
      tokens: [],
      stats: null,
      context: null,
      error: null,
      continuedAt: [],
      jobId: null,
    };
    insertMessage(write, { conversation, id: 'answer', parent: turn, createdAt: at, text: '', answer });
    write.run("UPDATE conversation_messages SET state = 'cancelled' WHERE id = 'answer'");
  });
  migrateAll();
  const rows = store.read.all<{ sequence: number }>(
    'SELECT sequence, origin, place, state, name FROM history JOIN history_models ON key = model ORDER BY sequence',
  );
  expect(rows).toMatchObject([
    { origin: 'c', place: '0/0', state: 'failed', name: 'A' },
    { origin: 'c', place: '0/1', state: 'failed', name: 'B' },
    { origin: 'talk', place: 'answer', state: 'cancelled', name: 'Q' },
  ]);
  const texts = [
    ...selectTexts(
      store.read,
      rows.map(({ sequence }) => sequence),
    ).values(),
  ];
  expect(texts.map(({ prompt, system, answer }) => [prompt, system, answer])).toEqual([
    ['a heron', 'Brief.', ''],
    ['a heron', 'Brief.', ''],
    ['a quince', 'Kind.', ''],
  ]);
  const found = 'SELECT rowid FROM history_index WHERE history_index MATCH ?';
  expect(store.read.all(found, '"heron"')).toHaveLength(2);
});
