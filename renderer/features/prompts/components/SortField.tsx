import { Select } from '@mantine/core';
import { memo } from 'react';
import type { HistorySort } from '../shapes.ts';
import classes from './HistoryTab.module.css';

const sorts: { value: HistorySort; label: string }[] = [
  { value: 'newest', label: 'Newest first' },
  { value: 'oldest', label: 'Oldest first' },
  { value: 'best match', label: 'Best match' },
  { value: 'longest answer', label: 'Longest answer' },
  { value: 'slowest', label: 'Slowest' },
];

interface Props {
  sort: HistorySort;
  /** Something is searched for, so there can be a best match. */
  ranks: boolean;
  onChange(sort: HistorySort): void;
}

export const SortField = memo(function SortField({ sort, ranks, onChange }: Props) {
  return (
    <Select
      className={classes.sort}
      aria-label="Order"
      value={sort}
      onChange={(value) => onChange(sorts.find((one) => one.value === value)?.value ?? 'newest')}
      data={sorts.map((one) => ({ ...one, disabled: one.value === 'best match' && !ranks }))}
    />
  );
});
