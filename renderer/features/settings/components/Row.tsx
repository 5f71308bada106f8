import type { ReactNode } from 'react';
import classes from '../SettingsPage.module.css';

interface Props {
  label: string;
  /** What it does, in a sentence. */
  hint?: ReactNode;
  children: ReactNode;
}

/** One setting: its name and meaning at the left, its control at the right. */
export function Row({ label, hint, children }: Props) {
  return (
    <div className={classes.row}>
      <div className={classes.rowWords}>
        <span className={classes.rowLabel}>{label}</span>
        {hint && <span className={classes.rowHint}>{hint}</span>}
      </div>
      <div className={classes.rowControl}>{children}</div>
    </div>
  );
}
