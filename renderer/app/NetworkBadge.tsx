import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Globe, WifiOff } from 'lucide-react';
import { useApi } from '../api/index.ts';
import { moment, plural } from '../lib/numbers.ts';
import { formatRoute, go } from '../ui-state/index.ts';
import classes from './TopBar.module.css';

const ledger = { screen: 'settings', section: 'network' } as const;

/** Whether Assay may connect to anything, and how often it did since it was started; opens the ledger. */
export function NetworkBadge() {
  const { options } = useApi();
  const { data } = useQuery(options.network.summary.queryOptions());
  if (data === undefined) return null;
  const words = `${data.enabled ? 'Network on' : 'Offline'}: ${plural(data.connections, 'connection')}`;
  const refused = data.refused > 0 ? `, ${plural(data.refused, 'attempt')} refused` : '';
  return (
    <Tooltip
      label={`${plural(data.connections, 'connection')} made since Assay was started (${moment(data.since)})${refused}. Opens the ledger of every attempt.`}
    >
      <a
        className={classes.network}
        data-on={data.enabled || undefined}
        href={formatRoute(ledger)}
        onClick={(event) => {
          event.preventDefault();
          go(ledger);
        }}
      >
        {data.enabled ? <Globe size={13} aria-hidden="true" /> : <WifiOff size={13} aria-hidden="true" />}
        {words}
      </a>
    </Tooltip>
  );
}
