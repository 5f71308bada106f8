import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Ban, CircleAlert, CircleCheck, LoaderCircle, Search, WifiOff } from 'lucide-react';
import { useState } from 'react';
import type { ConnectionAttempt } from '../../../../preload/contract/network.ts';
import { EmptyState, FailedState, SkeletonRows } from '../../../design/index.ts';
import { bytes, moment, text as words } from '../../../lib/numbers.ts';
import { useLedger } from '../networkData.ts';
import settings from '../SettingsPage.module.css';
import classes from './Ledger.module.css';

type Outcome = ConnectionAttempt['outcome'];
const outcomes: { value: Outcome; label: string }[] = [
  { value: 'answered', label: 'Answered' },
  { value: 'failed', label: 'Failed' },
  { value: 'refused', label: 'Refused here' },
  { value: 'under way', label: 'Under way' },
];
const icons = { answered: CircleCheck, failed: CircleAlert, refused: Ban, 'under way': LoaderCircle };

/** Attempts, newest first, also those that were refused here. */
export function Ledger({ recorded }: { recorded: number }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed, 120);
  const { attempts, problem, retry, hasMore, more, isMore } = useLedger({
    ...(outcome && { outcome }),
    ...(text.trim() !== '' && { text: text.trim() }),
  });
  if (recorded === 0)
    return (
      <EmptyState icon={WifiOff} title="No connection was ever attempted">
        Whatever Assay tries to connect to, also while the network is off, is written down here before it is tried.
      </EmptyState>
    );
  return (
    <>
      <div className={settings.filters}>
        <TextInput
          type="search"
          aria-label="Search the ledger"
          placeholder="Host, path or purpose"
          leftSection={<Search size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={200}
          autoComplete="off"
        />
        <Select
          aria-label="Outcome"
          placeholder="Any outcome"
          clearable
          value={outcome}
          onChange={(value) => setOutcome(outcomes.find((one) => one.value === value)?.value ?? null)}
          data={outcomes}
        />
      </div>
      {problem ? (
        <FailedState title="The ledger could not be read" retry={retry}>
          {problem.message}
        </FailedState>
      ) : attempts === undefined ? (
        <SkeletonRows rows={4} label="Reading the ledger" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways is scrolled by keys too
        <section className={classes.ledger} aria-label="Attempts to connect" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Outcome</th>
                <th scope="col">Address</th>
                <th scope="col">What for</th>
                <th scope="col" className={classes.right}>
                  Received
                </th>
              </tr>
            </thead>
            <tbody>
              {attempts.map((attempt) => (
                <Attempt key={attempt.id} attempt={attempt} />
              ))}
              {attempts.length === 0 && (
                <tr>
                  <td colSpan={5}>No attempt fits.</td>
                </tr>
              )}
            </tbody>
          </table>
        </section>
      )}
      {hasMore && (
        <Button variant="default" loading={isMore} onClick={more}>
          Show older attempts
        </Button>
      )}
    </>
  );
}

function Attempt({ attempt }: { attempt: ConnectionAttempt }) {
  const { at, outcome, host, port, path, proxy, purpose, reason, status, receivedBytes } = attempt;
  const Icon = icons[outcome];
  return (
    <tr>
      <td className={classes.nowrap}>{moment(at)}</td>
      <td>
        <span className={classes.outcome} data-outcome={outcome}>
          <Icon size={13} aria-hidden="true" />
          {outcome}
          {status !== null && status > 0 && ` ${status}`}
        </span>
      </td>
      <td className={classes.address}>
        {host}:{port}
        {path}
        {proxy !== null && <p>through {proxy}</p>}
      </td>
      <td>
        {purpose}
        {reason !== null && <p>{reason}</p>}
      </td>
      <td className={classes.right}>{receivedBytes > 0 ? words(bytes(receivedBytes)) : '–'}</td>
    </tr>
  );
}
