import { Tooltip } from '@mantine/core';
import classes from './StatTile.module.css';

interface Props {
  label: string;
  /** The number as shown; null when there is none yet. */
  value: string | null;
  unit?: string;
  /** What the number means, in words; shown on hover and focus. */
  definition: string;
}

/** One number with its unit and its definition, shown on hover and on focus: a button, so that the keyboard reaches it. */
export function StatTile({ label, value, unit, definition }: Props) {
  return (
    <Tooltip label={definition}>
      <button
        type="button"
        className={classes.tile}
        aria-label={`${label}: ${value ?? 'not known yet'}${value && unit ? ` ${unit}` : ''}. ${definition}`}
      >
        <span className={classes.label}>{label}</span>
        <span className={classes.value}>
          {value ?? '–'}
          {value !== null && unit && <span className={classes.unit}>{unit}</span>}
        </span>
      </button>
    </Tooltip>
  );
}
