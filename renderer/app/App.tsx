import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { failureOf, useApi, useConnection } from '../api/index.ts';
import { FailedState } from '../design/index.ts';
import { VaultPage } from '../features/vault/index.ts';
import { endRestoring, followAddress, forgetDraft, forgetHeld, useCeremony } from '../ui-state/index.ts';
import classes from './App.module.css';
import { Shell } from './Shell.tsx';

/** Locked or open: that decides between the first screen and the frame. */
export function App() {
  const { options } = useApi();
  const connection = useConnection();
  const status = useQuery(options.vault.status.queryOptions());
  const codeToConfirm = useCeremony((ceremony) => ceremony.recoveryCode);
  const locked = status.data !== undefined && status.data.state !== 'unlocked';

  useEffect(followAddress, []);
  // What was being written, and notes that quote it, must not outlive the key.
  useEffect(() => {
    if (!locked) return endRestoring();
    forgetDraft();
    forgetHeld();
    notifications.clean();
  }, [locked]);

  if (connection.state === 'refused') {
    return (
      <main className={classes.alone}>
        <FailedState title="No connection to the host">{connection.problem}</FailedState>
      </main>
    );
  }
  if (status.data === undefined) {
    return (
      <main className={classes.alone}>
        {status.error ? (
          <FailedState title="The store’s state could not be read" retry={() => void status.refetch()}>
            {failureOf(status.error).message}
          </FailedState>
        ) : (
          <p role="status" className={classes.connecting}>
            {connection.problem ?? 'Connecting to the host…'}
          </p>
        )}
      </main>
    );
  }
  if (locked || codeToConfirm !== null) return <VaultPage status={status.data} />;
  return <Shell vault={status.data} />;
}
