import { ActionIcon, Button, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { CatalogueEntry } from '../../../../preload/contract/downloads.ts';
import { FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { bytes, significant, text } from '../../../lib/numbers.ts';
import { change } from '../state.ts';
import classes from './DownloadPanel.module.css';
import { useCatalogue, useLook, useNetwork } from './data.ts';
import { RepositoryView } from './RepositoryView.tsx';
import { SourceLine } from './SourceLine.tsx';

/** Models from the hub, for who has turned the network on: what there is, its licence, then the file, checked. */
export function DownloadPanel() {
  const network = useNetwork();
  const look = useLook();
  const [name, setName] = useState('');
  const { settings, problem, retry } = network;
  const asked = (repository: string) => {
    setName(repository);
    look.mutate(repository);
  };
  return (
    <section className={classes.panel} aria-label="Download models">
      <header>
        <h2>Download</h2>
        <ActionIcon size={22} onClick={() => change({ downloadOpen: false })} aria-label="Close the downloads">
          <X size={13} />
        </ActionIcon>
      </header>
      {problem && (
        <FailedState title="The settings of the network could not be read" retry={retry}>
          {problem.message}
        </FailedState>
      )}
      {!problem && settings === undefined && <SkeletonRows rows={3} label="Reading the settings of the network" />}
      {settings && <SourceLine network={network} settings={settings} />}
      {settings?.enabled && (
        <>
          <form
            className={classes.search}
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') asked(name.trim());
            }}
          >
            <TextInput
              className={classes.name}
              label="Repository on the hub"
              placeholder="OWNER/NAME"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoCapitalize="off"
            />
            <Button type="submit" loading={look.isPending} disabled={name.trim() === ''}>
              Look at its files
            </Button>
          </form>
          {look.problem && <Notice kind="bad">{look.problem.message}</Notice>}
          {look.isPending && <SkeletonRows rows={4} label="Asking the hub" />}
          {look.data && !look.isPending && (
            <RepositoryView
              // A licence that was accepted counts for what was looked at.
              key={`${look.data.repository} ${look.data.revision} ${look.data.licence}`}
              repository={look.data}
              onBack={() => look.reset()}
            />
          )}
          {!look.data && !look.isPending && <Catalogue onLook={asked} />}
        </>
      )}
    </section>
  );
}

function Catalogue({ onLook }: { onLook(repository: string): void }) {
  const entries = useCatalogue();
  return (
    <>
      <h3 className={classes.caption}>Small models that are free to use</h3>
      <ul className={classes.catalogue}>
        {entries.map((entry) => (
          <Entry key={entry.repository} entry={entry} onLook={() => onLook(entry.repository)} />
        ))}
      </ul>
    </>
  );
}

function Entry({ entry, onLook }: { entry: CatalogueEntry; onLook(): void }) {
  const { name, about, parameters, licence, files, repository } = entry;
  const sizes = files.map(({ aboutBytes }) => aboutBytes);
  const [smallest, largest] = [Math.min(...sizes), Math.max(...sizes)];
  return (
    <li>
      <div className={classes.words}>
        <strong>{name}</strong>
        <span>{about}</span>
        <span className={classes.dim}>
          <code>{repository}</code>
        </span>
      </div>
      <span className={classes.number}>
        {parameters >= 1e9 ? `${significant(parameters / 1e9, 2)} B` : `${significant(parameters / 1e6)} M`} parameters
      </span>
      <span className={classes.number}>
        {files.map(({ quantization }) => quantization).join(', ')}
        <br />
        about {text(bytes(smallest))}
        {largest > smallest && ` to ${text(bytes(largest))}`}
      </span>
      <span>{licence}</span>
      <Button variant="default" size="compact-xs" onClick={onLook} aria-label={`Look at its files: ${name}`}>
        Look at its files
      </Button>
    </li>
  );
}
