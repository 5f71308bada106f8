import type { Scale } from '../../lib/scales.ts';
import classes from './Charts.module.css';

interface Props {
  value: number;
  interval: readonly [number, number] | null;
  /** Shared by the column, so that bars can be held against one another. */
  scale: Scale;
  /** A value to mark, such as that of no difference. */
  even?: number;
}

/** A value with its interval as a thin bar. For eyes alone: the numbers stand beside it. */
export function IntervalBar({ value, interval, scale, even }: Props) {
  const at = (one: number) => 100 * Math.max(0, Math.min(1, scale.at(one)));
  return (
    <svg className={classes.bar} viewBox="0 0 100 7" preserveAspectRatio="none" aria-hidden="true">
      <line className={classes.barTrack} x1="0" x2="100" y1="3.5" y2="3.5" />
      {even !== undefined && <line className={classes.barEven} x1={at(even)} x2={at(even)} y1="0" y2="7" />}
      {interval !== null && (
        <line className={classes.barRange} x1={at(interval[0])} x2={at(interval[1])} y1="3.5" y2="3.5" />
      )}
      <line className={classes.barValue} x1={at(value)} x2={at(value)} y1="0.5" y2="6.5" />
    </svg>
  );
}
