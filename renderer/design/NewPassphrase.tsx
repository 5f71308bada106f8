import { PasswordInput } from '@mantine/core';
import { useId } from 'react';
import classes from './Secrets.module.css';
import { StrengthMeter } from './StrengthMeter.tsx';

interface Props {
  label: string;
  value: string;
  repeated: string;
  onChange(value: string): void;
  onRepeat(value: string): void;
  autoFocus?: boolean;
}

export function passphraseFits(value: string, repeated: string): boolean {
  return value.length >= 8 && value === repeated;
}

/** A new passphrase, typed twice, with its strength. */
export function NewPassphrase({ label, value, repeated, onChange, onRepeat, autoFocus }: Props) {
  const strength = useId();
  const differs = repeated !== '' && !value.startsWith(repeated) && repeated !== value;
  return (
    <div className={classes.fields}>
      <div>
        <PasswordInput
          label={label}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="new-password"
          aria-describedby={strength}
          data-autofocus={autoFocus || undefined}
          autoFocus={autoFocus}
          maxLength={1024}
        />
        <StrengthMeter passphrase={value} id={strength} />
      </div>
      <PasswordInput
        label="The same again"
        value={repeated}
        onChange={(event) => onRepeat(event.currentTarget.value)}
        autoComplete="new-password"
        error={differs ? 'The two differ.' : undefined}
        maxLength={1024}
      />
    </div>
  );
}
