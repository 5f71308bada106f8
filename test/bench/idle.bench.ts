// Memory of the idle app, store open, no model loaded: proportional set size over all its processes.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoElectron } from '../e2e/browsers.ts';
import { openDesktopHome } from '../e2e/desktopHome.ts';
import { type ProcessEntry, processTree } from '../e2e/processTree.ts';
import { call } from '../e2e/rawClient.ts';
import { tell } from './summary.ts';

const budgetMb = 350;
const restMs = 10_000;

const reason = whyNoElectron() ?? (process.platform === 'linux' ? null : 'only Linux tells the proportional set size');
if (reason) console.log(`idle: not measured (${reason})`);
else await measure();

async function measure(): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'assay-idle-'));
  const home = await openDesktopHome({
    dataFolder,
    scheme: 'light',
    viewportSize: { width: 1440, height: 900 },
    arguments: [],
    onFault: (fault) => console.error(fault),
  });
  try {
    await call(home.page, 'mutation', 'vault.create', { passphrase: 'correct horse battery staple' });
    await home.page.waitForTimeout(restMs);
    const parts = processTree(home.pid).map((entry) => ({ name: nameOf(entry), mb: proportionalMb(entry.pid) }));
    const total = parts.reduce((sum, { mb }) => sum + mb, 0);
    for (const { name, mb } of parts.toSorted((a, b) => b.mb - a.mb))
      console.log(`  ${name.padEnd(28)} ${mb.toFixed(1).padStart(7)} MB`);
    console.log(
      `idle: ${total.toFixed(0)} MB proportional set size in ${parts.length} processes (at most ${budgetMb})`,
    );
    tell({
      figure: 'memory of the idle app, proportional set size',
      value: total,
      unit: 'MB',
      atMost: budgetMb,
      note: `${parts.length} processes`,
    });
  } finally {
    await home.close();
    await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function proportionalMb(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return (Number(kilobytes ?? 0) * 1024) / 1e6;
}

function nameOf({ command }: ProcessEntry): string {
  if (/out\/main\/host\.js/.test(command)) return 'host';
  const type = /--type=(\S+)/.exec(command)?.[1];
  const service = /--utility-sub-type=(\S+)/.exec(command)?.[1];
  return service ?? type ?? 'shell';
}
