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
      <button type="button" className={classes.tile}>
        <span className={classes.label}>
          {label}
          <span className="visually-hidden">: </span>
        </span>
        <span className={classes.value}>
          {value ?? (
            <>
              <span aria-hidden="true">–</span>
              <span className="visually-hidden">not known yet</span>
            </>
          )}
          {value !== null && unit && <span className={classes.unit}>{unit}</span>}
        </span>
        <span className="visually-hidden">. {definition}</span>
      </button>
    </Tooltip>
  );
}
