import type { VaultStatus } from '../../../../preload/contract/vault.ts';
import classes from '../VaultPage.module.css';

/** What is encrypted, how, and where it lies. */
export function StoreFacts({ status }: { status: VaultStatus }) {
  return (
    <aside className={classes.facts} aria-label="What is encrypted and where it lies">
      <h2>What lies on this disk</h2>
      <dl>
        <dt>Encrypted</dt>
        <dd>
          Every prompt, every answer, the list of models, the audit log: one SQLite database, AES-256, the key made at
          random.
        </dd>
        <dt>The key</dt>
        <dd>
          Wrapped by the passphrase (scrypt, 128 MiB a guess) and by a recovery code of 160 bits. It is never on disk in
          clear.
        </dd>
        <dt>In clear</dt>
        <dd>
          The model files, where you keep them; window places, colours and sampler settings; how many entries the log
          has, which process has the store open, and how often a secret was wrong. No prompt, no answer.
        </dd>
        <dt>Leaves this machine</dt>
        <dd>Nothing.</dd>
        <dt>Folder</dt>
        <dd className={classes.path}>{status.ephemeral ? 'None: this run keeps nothing.' : status.folder}</dd>
      </dl>
    </aside>
  );
}
