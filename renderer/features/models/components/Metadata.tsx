import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ModelDetails } from '../../../../preload/contract/models.ts';
import classes from './DetailsSheet.module.css';

/** Every entry of the header, to be searched. */
export function Metadata({ entries }: { entries: ModelDetails['metadata'] }) {
  const [search, setSearch] = useState('');
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = entries.filter(({ key, value }) =>
    words.every((word) => `${key} ${value}`.toLowerCase().includes(word)),
  );
  return (
    <>
      <TextInput
        aria-label="Filter the metadata"
        placeholder={`Filter ${entries.length} entries`}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <dl className={classes.metadata}>
        {shown.map(({ key, type, value }) => (
          <div key={key}>
            <dt>
              {key} <span className={classes.type}>{type}</span>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p className={classes.hint}>No entry has these words.</p>}
    </>
  );
}
