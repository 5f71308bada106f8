import type { Command } from 'commander';
import { addStore, type VaultOptions } from './options.ts';
import { perform } from './perform.ts';

export interface RestoreOptions extends VaultOptions {
  recoveryCode?: boolean;
}

export function describeVault(vault: Command): void {
  const lazily = () => import('./vault.ts');
  const create = vault.command('create').description('create the store; prints the recovery code, once');
  addStore(create).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).createStore(options, work)),
  );

  const status = vault.command('status').description('where the store lies and whether there is one');
  addStore(status).action((options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).showStatus(options, work)),
  );

  const backup = vault
    .command('backup')
    .description('write an encrypted copy of the store')
    .argument('<to>', 'an existing folder, or a new file ending in .assay-backup');
  addStore(backup).action((to: string, options: VaultOptions) =>
    perform(options, async (work) => (await lazily()).backUp(to, options, work)),
  );

  const restore = vault
    .command('restore')
    .description('replace the store by a backup; the replaced one is kept beside it')
    .argument('<from>', 'the backup')
    .option('--recovery-code', 'open the backup with its recovery code (ASSAY_RECOVERY_CODE or asked for)');
  addStore(restore).action((from: string, options: RestoreOptions) =>
    perform(options, async (work) => (await lazily()).restore(from, options, work)),
  );
}
