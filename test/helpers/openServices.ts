import { type Changes, createChanges } from '../../main/base/changes.ts';
import { systemClock } from '../../main/base/clock.ts';
import type { Log } from '../../main/base/log.ts';
import type { Migration } from '../../main/db/index.ts';
import { createJobs, type Jobs, type JobsDependencies } from '../../main/services/jobs/index.ts';
import { createVault, noKeyRing, type Vault } from '../../main/services/vault/index.ts';

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  facts: object;
  message: string;
}

/** A log that is kept for the test to read. */
export function createTestLog(): Log & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: LogLine['level']) => (facts: object, message: string) =>
    void lines.push({ level, facts, message });
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
}

export interface Opened {
  vault: Vault;
  changes: Changes;
  jobs: Jobs;
  log: ReturnType<typeof createTestLog>;
  close(): Promise<void>;
}

/** A cost that no real store has: these tests open many stores and guess no passphrases. */
const passphraseCost = 2 ** 10;
export const passphrase = 'for these tests alone';

/** The real store and the real queue. `folder` null: a store that ends with the test. */
export function openServices(
  options: { folder?: string | null; migrations?: readonly Migration[] } & Partial<JobsDependencies> = {},
): Opened {
  const { folder = null, migrations, ...rest } = options;
  const changes = createChanges();
  const log = createTestLog();
  const vault = createVault({ folder, keyRing: noKeyRing, changes, clock: systemClock, passphraseCost, migrations });
  const jobs = createJobs({ vault, changes, log, ...rest });
  return {
    vault,
    changes,
    jobs,
    log,
    async close() {
      await jobs.close();
      await vault.close();
    },
  };
}
