import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { insertComparison } from '../../main/services/compare/compare.queries.ts';
import {
  insertConversation,
  insertMessage,
  selectNodes,
} from '../../main/services/compare/playground/playground.queries.ts';
import { comparisonInput } from '../../preload/contract/compare.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

it('a store of before keeps its comparisons and takes conversations, whose branches go with them', () => {
  const store = openStore({ file: join(temporaryFolder('before'), 'a.db'), key: randomBytes(32), how: 'create' });
  onTestFinished(() => store.close());
  const how = { backUp: () => undefined, now: Date.now };
  migrate(store, { ...how, how: 'create', migrations: migrations.filter(({ number }) => number < 15) });
  const settings = comparisonInput.parse({ models: ['a'], prompts: ['kept'] });
  store.transaction((write) =>
    insertComparison(write, { id: 'c', createdAt: '2026-11-01', jobId: 'j', settings, columns: [], excerpt: 'kept' }),
  );
  const applied = migrate(store, { ...how, how: 'open', migrations });
  expect(applied.map(({ number }) => number)[0]).toBe(15);

  const at = '2026-11-20T12:00:00.000Z';
  const message = { createdAt: at, text: 'hello', answer: null };
  store.transaction((write) => {
    const conversation = insertConversation(write, 'talk', 'hello', at);
    const first = insertMessage(write, { ...message, conversation, id: 'one', parent: null });
    const second = insertMessage(write, { ...message, conversation, id: 'two', parent: first });
    insertMessage(write, { ...message, conversation, id: 'three', parent: second });
    expect(selectNodes(write, conversation).map(({ id, parent }) => [id, parent])).toEqual([
      ['one', null],
      ['two', first],
      ['three', second],
    ]);
    // An answer without its parts is refused.
    const half =
      "INSERT INTO conversation_messages (conversation, id, role, created_at, text, state) VALUES (?, 'x', ?, '', '', ?)";
    expect(() => write.run(half, conversation, 'assistant', 'done')).toThrow(/CHECK/);
    write.run("DELETE FROM conversation_messages WHERE id = 'two'");
    expect(selectNodes(write, conversation).map(({ id }) => id)).toEqual(['one']);
    write.run('DELETE FROM conversations');
    expect(selectNodes(write, conversation)).toEqual([]);
  });
  expect(store.read.all('SELECT excerpt FROM comparisons')).toEqual([{ excerpt: 'kept' }]);
});
