import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { migrate, migrations, openStore } from '../../main/db/index.ts';

/** A store with the migrations up to and with this one, and what brings it up to date. */
export function storeOfBefore(last: number) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-before-'));
  const store = openStore({ file: join(folder, 'a.db'), key: randomBytes(32), how: 'create' });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const how = { backUp: () => undefined, now: Date.now };
  migrate(store, { ...how, how: 'create', migrations: migrations.filter(({ number }) => number <= last) });
  return { store, migrateAll: () => migrate(store, { ...how, how: 'open', migrations }) };
}
