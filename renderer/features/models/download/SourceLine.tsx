import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { NetworkSettings } from '../../../../preload/contract/network.ts';
import { Notice } from '../../../design/index.ts';
import classes from './DownloadPanel.module.css';
import type { useNetwork } from './data.ts';

interface Props {
  network: ReturnType<typeof useNetwork>;
  settings: NetworkSettings;
}

/** Whether anything is connected to, and to whom; off until a person says otherwise. */
export function SourceLine({ network, settings }: Props) {
  const [shown, setShown] = useState(false);
  const { change, refused } = network;
  const host = settings.mirror === null ? 'huggingface.co' : new URL(settings.mirror).host;
  return (
    <>
      {!settings.enabled && (
        <Notice
          kind="info"
          action={
            <Button size="compact-xs" loading={change.isPending} onClick={() => change.mutate({ enabled: true })}>
              Turn the network on
            </Button>
          }
        >
          The network is off, and Assay connects to nothing. Once it is on, {host} is asked for what you name here, and
          for nothing else; every connection is written down. Nothing of yours is sent.
        </Notice>
      )}
      {settings.enabled && (
        <p className={classes.source}>
          From <strong>{host}</strong>
          {settings.proxy !== null && (
            <>
              {' '}
              through the proxy <strong>{new URL(settings.proxy).host}</strong>
            </>
          )}
          <Button variant="subtle" size="compact-xs" aria-expanded={shown} onClick={() => setShown(!shown)}>
            Mirror and proxy
          </Button>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            loading={change.isPending}
            onClick={() => change.mutate({ enabled: false })}
          >
            Turn the network off
          </Button>
        </p>
      )}
      {refused && <Notice kind="bad">{refused.message}</Notice>}
      {settings.enabled && shown && <SourceForm network={network} settings={settings} onDone={() => setShown(false)} />}
    </>
  );
}

function SourceForm({ network, settings, onDone }: Props & { onDone(): void }) {
  const [mirror, setMirror] = useState(settings.mirror ?? '');
  const [proxy, setProxy] = useState(settings.proxy ?? '');
  const orNone = (value: string) => (value.trim() === '' ? null : value.trim());
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault();
        network.change.mutate({ mirror: orNone(mirror), proxy: orNone(proxy) }, { onSuccess: onDone });
      }}
    >
      <TextInput
        className={classes.name}
        label="Mirror, in the place of the hub"
        placeholder="https://mirror.example"
        value={mirror}
        onChange={(event) => setMirror(event.currentTarget.value)}
      />
      <TextInput
        className={classes.name}
        label="HTTP proxy"
        placeholder="http://proxy.example:3128"
        value={proxy}
        onChange={(event) => setProxy(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={network.change.isPending}>
        Save
      </Button>
    </form>
  );
}
