import type { Command } from 'commander';
import { addStore, type VaultOptions } from './options.ts';
import { perform } from './perform.ts';

export function describeAudit(audit: Command): void {
  const verify = audit.command('verify').description('check every link of the log; exit code 1 when one does not hold');
  addStore(verify).action((options: VaultOptions) =>
    perform(options, async (work) => (await import('./audit.ts')).verifyAudit(options, work)),
  );
}
