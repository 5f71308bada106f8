/**
 * What a backup and a restore keep the host from: the event loop's delay while a store of about 260 MB is copied, packed, and later
 * checked and put back. Run: npm run bench -- backup [megabytes, default 260]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as rest } from 'node:timers/promises';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';
import { tell } from './summary.ts';

const megabytes = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 260);
const budgetMs = 20;
const secret = { kind: 'passphrase', passphrase: 'a passphrase for the bench' } as const;
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-backup-'));
const benchTable = {
  number: 1,
  name: 'bench-rows',
  up: ({ script }: { script(sql: string): void }) =>
    script('CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT'),
};
const vault = createVault({
  folder: join(folder, 'store'),
  keyRing: noKeyRing,
  changes: createChanges(),
  clock: systemClock,
  migrations: [benchTable],
});
try {
  await vault.create({ passphrase: secret.passphrase });
  const text = 'what somebody asked and what a model said to it. '.repeat(80);
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += 250 * text.length)
    vault.store().transaction((write) => {
      for (let row = 0; row < 250; row++) write.run('INSERT INTO bench_rows (text) VALUES (?)', text);
    });
  const { path } = await measured('backup', () => vault.backup({ to: folder }));
  console.log(`  the backup has ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  await vault.lock();
  await measured('restore', () => vault.restore({ from: path, secret }));
} finally {
  await vault.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measured<T>(name: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The monitor sees nothing before its first tick.
  await rest(50);
  const begun = performance.now();
  const result = await work();
  const seconds = (performance.now() - begun) / 1000;
  await rest(50);
  delay.disable();
  const [p99, longest] = [delay.percentile(99) / 1e6, delay.max / 1e6];
  console.log(
    `${name}: ${seconds.toFixed(1)} s, event loop p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`,
  );
  tell({
    figure: `event loop of the host during a ${name} of ${megabytes} MB, p99`,
    value: p99,
    unit: 'ms',
    atMost: budgetMs,
  });
  return result;
}
