/**
 * How fast the audit log is: appends a second, each in its own transaction, and the time to verify the whole chain.
 * Run: node test/bench/audit.bench.ts [entries, default 200000]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import { createAudit } from '../../main/services/audit/index.ts';
import { createVault, noKeyRing } from '../../main/services/vault/index.ts';
import { tell } from './summary.ts';

const entries = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 200_000);
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-audit-'));
const changes = createChanges();
const vault = createVault({ folder, keyRing: noKeyRing, changes, clock: systemClock });
const audit = createAudit({ vault, changes, clock: systemClock });
try {
  await vault.create({ passphrase: 'a passphrase for the bench' });
  const owner = { person: 'owner', role: 'owner', home: 'host' } as const;
  const single = Math.min(50_000, entries / 2);
  const appendCpu = process.cpuUsage();
  const began = performance.now();
  for (let index = 0; index < single / 2; index++)
    audit.record(owner, 'compare.start', { models: 2, prompts: 1, id: `run-${index}` })('ok');
  const perSecond = single / ((performance.now() - began) / 1000);
  const appendSeconds = cpuSeconds(appendCpu);
  const store = vault.store();
  for (let done = single; done < entries; done += 10_000)
    store.transaction(() => {
      for (let index = 0; index < 5_000; index++)
        audit.record(owner, 'compare.start', { models: 2, prompts: 1, id: `run-${index}` })('ok');
    });
  const idle = monitorEventLoopDelay({ resolution: 1 });
  idle.enable();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  idle.disable();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const verifyCpu = process.cpuUsage();
  const started = performance.now();
  const verdict = await audit.verify();
  const seconds = (performance.now() - started) / 1000;
  const verifySeconds = cpuSeconds(verifyCpu);
  delay.disable();
  const p99 = delay.percentile(99) / 1e6;
  tell({
    figure: 'audit log: appends, each in a transaction of its own',
    value: perSecond,
    unit: 'a second',
    atLeast: 5000,
  });
  tell({
    figure: 'audit log: time to check a million entries',
    value: (seconds / verdict.entries) * 1e6,
    unit: 's',
    atMost: 10,
    note: `from ${verdict.entries}`,
  });
  tell({ figure: 'audit log: event loop of the host while it is checked, p99', value: p99, unit: 'ms', atMost: 20 });
  console.log(
    JSON.stringify({
      appendsPerSecond: Math.round(perSecond),
      // What it takes of one processor: comparable also when the machine has other work.
      appendsPerCpuSecond: Math.round(single / appendSeconds),
      entries: verdict.entries,
      holds: verdict.holds,
      verifySeconds: Number(seconds.toFixed(2)),
      verifyCpuSeconds: Number(verifySeconds.toFixed(2)),
      verifiedPerSecond: Math.round(verdict.entries / seconds),
      eventLoopDelayMsP99Idle: Number((idle.percentile(99) / 1e6).toFixed(1)),
      eventLoopDelayMsP99: Number(p99.toFixed(1)),
      databaseBytes: vault.status().sizeBytes,
    }),
  );
} finally {
  await vault.close();
  rmSync(folder, { recursive: true, force: true });
}

/** User and system time of this process since `before`, in seconds. */
function cpuSeconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
