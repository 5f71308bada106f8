import { Fragment } from 'react';
import { describeKeys } from '../lib/keys.ts';
import classes from './Keys.module.css';

/** A key combination as key caps: `mod+Enter`, `?`, `g c`. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className={classes.keys} aria-label={`Keys: ${describeKeys(keys).flat().join(' ')}`} role="img">
      {describeKeys(keys).map((step, index) => (
        <Fragment key={step.join()}>
          {index > 0 && <span className={classes.then}>then</span>}
          {step.map((cap) => (
            <kbd key={cap} className={classes.cap}>
              {cap}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
