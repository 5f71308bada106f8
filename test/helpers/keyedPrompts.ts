import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createChanges } from '../../main/base/changes.ts';
import { migrate, migrations, openStore } from '../../main/db/index.ts';
import { createJobs } from '../../main/services/jobs/index.ts';
import { createPrompts } from '../../main/services/prompts/index.ts';
import { createTestLog } from './openServices.ts';
import { bytesOf } from './pageBytes.ts';
import { sampleFolder } from './promptsFixture.ts';

/** Queue and history over an encrypted store whose key is known, so that a test can read every page of it. Removals cannot be undone. */
export function keyedPrompts() {
  const place = mkdtempSync(join(tmpdir(), 'assay-pages-'));
  const key = randomBytes(32);
  const store = openStore({ file: join(place, 'a.db'), key, how: 'create' });
  migrate(store, { migrations, how: 'create', backUp: () => undefined, now: Date.now });
  const vault = { store: () => store, onUnlocked: () => () => undefined, onLocking: () => () => undefined };
  const changes = createChanges();
  const jobs = createJobs({ vault, changes, log: createTestLog() });
  const prompts = createPrompts({ sampleFolder, vault, audit: { event: () => undefined }, changes, undoMs: 1 });
  onTestFinished(async () => {
    await jobs.close();
    await prompts.close();
    store.close();
    rmSync(place, { recursive: true, force: true });
  });
  return { vault, changes, jobs, prompts, bytes: () => bytesOf(store.file, key, place) };
}
