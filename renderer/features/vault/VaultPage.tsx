import type { VaultStatus } from '../../../preload/contract/vault.ts';
import { Logo, RecoveryCode } from '../../design/index.ts';
import { beginRestoring, endCeremony, endRestoring, useCeremony } from '../../ui-state/index.ts';
import { CreateStore } from './components/CreateStore.tsx';
import { RestoreStore } from './components/RestoreStore.tsx';
import { StoreFacts } from './components/StoreFacts.tsx';
import { UnlockStore } from './components/UnlockStore.tsx';
import classes from './VaultPage.module.css';

/** The first screen: creates, opens or restores the encrypted store. */
export function VaultPage({ status }: { status: VaultStatus }) {
  const { recoveryCode: code, restoring } = useCeremony();
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.side}>
          <div className={classes.brand}>
            <Logo size={22} />
            <span>Assay</span>
          </div>
          {code !== null ? (
            <div className={classes.form}>
              <header>
                <h1>Keep the recovery code</h1>
              </header>
              <RecoveryCode code={code} done="Open Assay" onDone={endCeremony} />
            </div>
          ) : restoring ? (
            <RestoreStore replaces={status.state === 'locked'} onBack={endRestoring} />
          ) : status.state === 'none' ? (
            <CreateStore onRestore={beginRestoring} />
          ) : (
            <UnlockStore status={status} onRestore={beginRestoring} />
          )}
        </div>
        <StoreFacts status={status} />
      </div>
    </main>
  );
}
