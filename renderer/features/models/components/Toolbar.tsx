import { ActionIcon, Button, Checkbox, CloseButton, Popover, TextInput, Tooltip } from '@mantine/core';
import { Download, ListFilter, RotateCw, Search, SearchCheck } from 'lucide-react';
import type { RefObject } from 'react';
import type { ModelFamily } from '../../../../preload/contract/models.ts';
import { bytes, plural, text } from '../../../lib/numbers.ts';
import { prefer, usePreferences } from '../../../ui-state/index.ts';
import type { Importing } from '../importing.ts';
import { change, toggled, useModelsState } from '../state.ts';
import { type Flag, type Row, tagsOf } from '../view.ts';
import { AddModels } from './AddModels.tsx';
import classes from './Toolbar.module.css';

const flags: { flag: Flag; label: string }[] = [
  { flag: 'fits', label: 'Fits in memory' },
  { flag: 'differs', label: 'Differs from its family' },
  { flag: 'duplicates', label: 'Has a duplicate' },
  { flag: 'trouble', label: 'Missing, replaced or unreadable' },
  { flag: 'unhashed', label: 'Without a hash' },
];

interface Props {
  /** The list is here: before that, and where it failed, nothing is counted. */
  isKnown: boolean;
  families: readonly ModelFamily[];
  shown: readonly Row[];
  searchField: RefObject<HTMLInputElement | null>;
  importing: Importing;
}

export function Toolbar({ isKnown, families, shown, searchField, importing }: Props) {
  const { search, tags, foundOpen, downloadOpen, importing: underWay } = useModelsState();
  const preference = usePreferences((preferences) => preferences.library);
  const all = families.flatMap((family) => family.variants);
  const narrowed = preference.flags.length + tags.length;
  const allTags = tagsOf(families);
  const count = shown
    .filter((row) => row.kind === 'family')
    .reduce((sum, row) => sum + (row.kind === 'family' ? row.shown : 0), 0);
  return (
    <header className={classes.toolbar}>
      <h1>Models</h1>
      <p className={classes.count} aria-live="polite">
        {isKnown && (
          <>
            {count < all.length ? `${count} of ${plural(all.length, 'file')}` : plural(all.length, 'file')} in{' '}
            {plural(families.length, 'family', 'families')},{' '}
            {text(bytes(all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)))}
          </>
        )}
      </p>
      <TextInput
        ref={searchField}
        className={classes.search}
        value={search}
        onChange={(event) => change({ search: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            change({ search: '' });
            event.currentTarget.blur();
          }
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            const first = shown.find((row) => row.kind === 'variant');
            if (!first) return;
            event.currentTarget.blur();
            change({ active: first.key, sent: useModelsState.getState().sent + 1 });
          }
        }}
        placeholder="Name, quantization, tag, path"
        aria-label="Filter the models"
        leftSection={<Search size={14} />}
        rightSection={
          search === '' ? null : (
            <CloseButton size="xs" aria-label="Clear the filter" onClick={() => change({ search: '' })} />
          )
        }
      />
      <Popover position="bottom-start" trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<ListFilter size={14} />}
            aria-label={`Filters${narrowed > 0 ? `, ${narrowed} on` : ''}`}
          >
            {narrowed > 0 ? `Filters: ${narrowed}` : 'Filters'}
          </Button>
        </Popover.Target>
        <Popover.Dropdown className={classes.filters}>
          <fieldset>
            <legend>Show only what</legend>
            {flags.map(({ flag, label }) => (
              <Checkbox
                key={flag}
                size="xs"
                label={label}
                checked={preference.flags.includes(flag)}
                onChange={() =>
                  prefer({ library: { ...preference, flags: [...toggled(new Set(preference.flags), flag)] } })
                }
              />
            ))}
          </fieldset>
          {allTags.length > 0 && (
            <fieldset>
              <legend>Has every tag</legend>
              {allTags.map((tag) => (
                <Checkbox
                  key={tag}
                  size="xs"
                  label={tag}
                  checked={tags.includes(tag)}
                  onChange={() => change({ tags: [...toggled(new Set(tags), tag)] })}
                />
              ))}
            </fieldset>
          )}
          <Button
            variant="subtle"
            size="compact-xs"
            disabled={narrowed === 0}
            onClick={() => {
              prefer({ library: { ...preference, flags: [] } });
              change({ tags: [] });
            }}
          >
            Clear all filters
          </Button>
        </Popover.Dropdown>
      </Popover>
      <span className={classes.space} />
      <Tooltip label="Look through the added folders again: finds what is new and what was moved">
        <ActionIcon onClick={importing.rescan} disabled={underWay !== null} aria-label="Look through the folders again">
          <RotateCw size={14} />
        </ActionIcon>
      </Tooltip>
      <Button
        variant="default"
        leftSection={<SearchCheck size={14} />}
        aria-pressed={foundOpen}
        onClick={() => change({ foundOpen: !foundOpen })}
      >
        Other programs
      </Button>
      <Button
        variant="default"
        leftSection={<Download size={14} />}
        aria-pressed={downloadOpen}
        onClick={() => change({ downloadOpen: !downloadOpen })}
      >
        Download
      </Button>
      <AddModels importing={importing} />
    </header>
  );
}
