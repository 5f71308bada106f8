import { Button, MultiSelect, Popover, Select, TextInput } from '@mantine/core';
import { ListFilter, X } from 'lucide-react';
import { memo } from 'react';
import type { HistoryFacets, HistoryFilter } from '../shapes.ts';
import classes from './HistoryTab.module.css';

interface Props {
  facets: HistoryFacets | undefined;
  filter: HistoryFilter;
  onChange(change: Partial<HistoryFilter>): void;
}

const sources = { compare: 'Compare', playground: 'Playground', import: 'Imported' } as const;

/** How many filters are set beside the search. */
export function filtersSet({ models, tags, hasNote, source, from, to, origin }: HistoryFilter): number {
  const given = [models?.length, tags?.length, hasNote !== undefined, source, from ?? to, origin];
  return given.filter(Boolean).length;
}

export const noFilters = {
  models: undefined,
  tags: undefined,
  hasNote: undefined,
  source: undefined,
  from: undefined,
  to: undefined,
  origin: undefined,
};

/** Which models, tags, days, notes and sources. */
export const Filters = memo(function Filters({ facets, filter, onChange }: Props) {
  const set = filtersSet(filter);
  return (
    <>
      <Popover width={360} position="bottom-end" trapFocus returnFocus>
        <Popover.Target>
          <Button variant="default" leftSection={<ListFilter size={14} />}>
            Filter{set > 0 && <span className={classes.badge}>{set}</span>}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Filter" className={classes.filters}>
          <MultiSelect
            label="Models"
            placeholder={filter.models?.length ? undefined : 'All'}
            comboboxProps={{ withinPortal: false }}
            searchable
            openOnFocus={false}
            value={(filter.models ?? []).map(String)}
            onChange={(keys) => onChange({ models: keys.length === 0 ? undefined : keys.map(Number) })}
            data={modelChoices(facets?.models ?? [])}
          />
          <MultiSelect
            label="Tags"
            placeholder={filter.tags?.length ? undefined : 'Any'}
            comboboxProps={{ withinPortal: false }}
            searchable
            openOnFocus={false}
            value={[...(filter.tags ?? [])]}
            onChange={(tags) => onChange({ tags: tags.length === 0 ? undefined : tags })}
            data={(facets?.tags ?? []).map(({ name }) => name)}
          />
          <div className={classes.days}>
            <TextInput
              type="date"
              label="From"
              value={dayOf(filter.from)}
              onChange={(event) => onChange({ from: startOf(event.currentTarget.value, 0) })}
            />
            <TextInput
              type="date"
              label="To"
              value={dayOf(filter.to, -1)}
              onChange={(event) => onChange({ to: startOf(event.currentTarget.value, 1) })}
            />
          </div>
          <div className={classes.days}>
            <Select
              label="Note"
              comboboxProps={{ withinPortal: false }}
              value={filter.hasNote === undefined ? 'any' : filter.hasNote ? 'with' : 'without'}
              onChange={(value) => onChange({ hasNote: value === 'any' ? undefined : value === 'with' })}
              data={[
                { value: 'any', label: 'Any' },
                { value: 'with', label: 'With a note' },
                { value: 'without', label: 'Without a note' },
              ]}
            />
            <Select
              label="Source"
              comboboxProps={{ withinPortal: false }}
              value={filter.source ?? 'any'}
              onChange={(value) =>
                onChange({
                  source: value === 'compare' || value === 'playground' || value === 'import' ? value : undefined,
                })
              }
              data={[
                { value: 'any', label: 'Any' },
                ...Object.entries(sources).map(([value, label]) => ({ value, label })),
              ]}
            />
          </div>
        </Popover.Dropdown>
      </Popover>
      {set > 0 && (
        <Button variant="subtle" color="gray" leftSection={<X size={14} />} onClick={() => onChange(noFilters)}>
          Clear filters
        </Button>
      )}
    </>
  );
});

/** Files of one name are told apart by the beginning of their hash. */
function modelChoices(models: HistoryFacets['models']): { value: string; label: string }[] {
  const named = models.map(
    ({ name, quantization }) => `${name}${quantization === 'unknown' ? '' : ` ${quantization}`}`,
  );
  return models.map(({ key, sha256, count }, index) => {
    const name = named[index] ?? '';
    const isAlone = named.filter((other) => other === name).length === 1;
    const file = isAlone ? '' : `, ${sha256 === null ? 'SHA-256 not known' : `${sha256.slice(0, 8)}…`}`;
    return { value: String(key), label: `${name}${file} (${count})` };
  });
}

/** A day as the field wants it, of the person's own time zone. */
function dayOf(moment: string | undefined, days = 0): string {
  if (moment === undefined) return '';
  const at = new Date(moment);
  at.setDate(at.getDate() + days);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function startOf(day: string, days: number): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined || year < 1970) return undefined;
  return new Date(year, month - 1, date + days).toISOString();
}
