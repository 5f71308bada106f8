import { passphraseStrength } from '../lib/passphraseStrength.ts';
import classes from './Secrets.module.css';

/** How well a passphrase would hold, as three bars and in words. */
export function StrengthMeter({ passphrase, id }: { passphrase: string; id: string }) {
  const { level, bits, words } = passphraseStrength(passphrase);
  return (
    <div className={classes.strength} id={id} aria-live="polite">
      <div className={classes.bars} data-level={level} aria-hidden="true">
        <span />
        <span />
        <span />
      </div>
      <span className={classes.words}>
        {passphrase === '' ? 'Four or more unrelated words hold well and are easy to type.' : words}
        {bits > 0 && <span className={classes.bits}> (about {bits} bits)</span>}
      </span>
    </div>
  );
}
