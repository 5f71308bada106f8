import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { selectTest } from '../../main/services/compare/blind.queries.ts';
import { temporaryFolders } from '../helpers/vaultFixture.ts';

const temporaryFolder = temporaryFolders(onTestFinished);

it('a blind test of before goes on asking all pairs', () => {
  const store = openStore({ file: join(temporaryFolder('before'), 'a.db'), key: randomBytes(32), how: 'create' });
  onTestFinished(() => store.close());
  const how = { backUp: () => undefined, now: Date.now };
  migrate(store, { ...how, how: 'create', migrations: migrations.filter(({ number }) => number < 17) });
  const columns = 'id, name, created_at, seed, comparisons_json, players_json';
  const values = "'old', NULL, '2026-11-01', 'seed', '[\"c\"]', '[]'";
  store.transaction((write) => write.run(`INSERT INTO blind_tests (${columns}) VALUES (${values})`));
  migrate(store, { ...how, how: 'open', migrations });
  expect(selectTest(store.read, 'old')).toMatchObject({ asked: null, comparisons_json: ['c'], judged: 0 });
  // None at all would be no test.
  expect(() => store.transaction((write) => write.run('UPDATE blind_tests SET asked = 0'))).toThrow(/CHECK/);
});
