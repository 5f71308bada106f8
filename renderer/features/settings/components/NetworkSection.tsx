import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { keptAttempts, type NetworkSettings } from '../../../../preload/contract/network.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { counted, moment, plural } from '../../../lib/numbers.ts';
import { useNetwork } from '../networkData.ts';
import classes from '../SettingsPage.module.css';
import { Ledger } from './Ledger.tsx';
import { Row } from './Row.tsx';

/** Whether Assay may connect to anything, through what, and the attempts that there were. */
export function NetworkSection() {
  const network = useNetwork();
  const { settings, summary, problem, retry, change, refused } = network;
  if (problem)
    return (
      <>
        <h1>Network</h1>
        <FailedState title="The network’s settings could not be read" retry={retry}>
          {problem.message}
        </FailedState>
      </>
    );
  if (settings === undefined || summary === undefined)
    return (
      <>
        <h1>Network</h1>
        <SkeletonRows rows={5} label="Reading the network’s settings" />
      </>
    );
  return (
    <>
      <h1>Network</h1>
      <p className={classes.lead} role="status">
        {settings.enabled ? 'On' : 'Off'}. {plural(summary.connections, 'connection')} made and{' '}
        {plural(summary.refused, 'attempt')} refused since Assay was started ({moment(summary.since)}).
      </p>
      {refused && <Notice kind="bad">{refused.message}</Notice>}
      <section className={classes.group} aria-label="Network">
        <Row
          label="Let Assay connect to other machines"
          hint="Only for what you ask for by name, a download say. Nothing of yours is sent, nothing is looked for by itself. Off, every attempt is refused and written down."
        >
          <Switch
            aria-label="Let Assay connect to other machines"
            checked={settings.enabled}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
          />
        </Row>
        <Address
          key={`mirror ${settings.mirror}`}
          name="mirror"
          label="Mirror"
          hint="Asked in the place of the Hugging Face hub."
          placeholder="https://mirror.example"
          network={network}
          settings={settings}
        />
        <Address
          key={`proxy ${settings.proxy}`}
          name="proxy"
          label="HTTP proxy"
          hint="Asked to CONNECT for every connection. It may hold a name and a password; the log keeps neither."
          placeholder="http://proxy.example:3128"
          network={network}
          settings={settings}
        />
      </section>
      <h2>Ledger of the last {counted(keptAttempts)} attempts to connect</h2>
      <Ledger recorded={summary.recorded} />
    </>
  );
}

interface AddressProps {
  name: 'mirror' | 'proxy';
  label: string;
  hint: string;
  placeholder: string;
  network: ReturnType<typeof useNetwork>;
  settings: NetworkSettings;
}

function Address({ name, label, hint, placeholder, network, settings }: AddressProps) {
  const kept = settings[name] ?? '';
  const [value, setValue] = useState(kept);
  return (
    <Row label={label} hint={hint}>
      <form
        className={classes.filters}
        onSubmit={(event) => {
          event.preventDefault();
          network.change.mutate({ [name]: value.trim() === '' ? null : value.trim() });
        }}
      >
        <TextInput
          className={classes.path}
          classNames={{ input: 'mono' }}
          aria-label={label}
          placeholder={placeholder}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="off"
        />
        <Button type="submit" variant="default" disabled={value.trim() === kept} loading={network.change.isPending}>
          Save {label === 'Mirror' ? 'mirror' : 'proxy'}
        </Button>
      </form>
    </Row>
  );
}
