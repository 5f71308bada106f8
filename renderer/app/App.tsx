import { Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { failureOf, useApi, useConnection } from '../api/index.ts';
import { FailedState, Logo } from '../design/index.ts';
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
      <FirstSight>
        <FailedState title="No connection to the host">{connection.problem}</FailedState>
      </FirstSight>
    );
  }
  if (status.data === undefined) {
    return (
      <FirstSight>
        {status.error ? (
          <FailedState title="The store’s state could not be read" retry={() => void status.refetch()}>
            {failureOf(status.error).message}
          </FailedState>
        ) : (
          <Waiting>{connection.problem ?? 'Connecting to the host…'}</Waiting>
        )}
      </FirstSight>
    );
  }
  if (locked || codeToConfirm !== null) return <VaultPage status={status.data} />;
  return <Shell vault={status.data} />;
}

/** What stands in the place of the first screen as long as nothing is known of the store. */
function FirstSight({ children }: { children: ReactNode }) {
  return (
    <main className={classes.first}>
      <div className={classes.card}>
        <h1>
          <Logo size={22} />
          Assay
        </h1>
        {children}
      </div>
    </main>
  );
}

/** Seen only when the host takes longer than a blink. */
function Waiting({ children }: { children: string }) {
  return (
    <div className={classes.waiting}>
      <p role="status">{children}</p>
      <div aria-hidden="true">
        <Skeleton height={28} radius={4} />
        <Skeleton height={28} radius={4} />
        <Skeleton height={12} width="46%" radius={3} />
      </div>
    </div>
  );
}
