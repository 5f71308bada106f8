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

/** One number with its unit and, on hover, its definition. */
export function StatTile({ label, value, unit, definition }: Props) {
  return (
    <Tooltip label={definition}>
      {/* Focusable, so that the definition can be had from the keyboard too. */}
      <div
        className={classes.tile}
        tabIndex={0}
        role="group"
        aria-label={`${label}: ${value ?? 'not known yet'}${value && unit ? ` ${unit}` : ''}. ${definition}`}
      >
        <span className={classes.label}>{label}</span>
        <span className={classes.value}>
          {value ?? '–'}
          {value !== null && unit && <span className={classes.unit}>{unit}</span>}
        </span>
      </div>
    </Tooltip>
  );
}
