import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import { Notice } from '../../../design/index.ts';
import classes from '../SettingsPage.module.css';

interface Props {
  words: string;
  verb: string;
  isPending: boolean;
  problem: AssayErrorData | null;
  onConfirm(passphrase: string): void;
}

/** Something that only the owner may do. */
export function ConfirmByPassphrase({ words, verb, isPending, problem, onConfirm }: Props) {
  const [passphrase, setPassphrase] = useState('');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== '') onConfirm(passphrase);
      }}
    >
      <p>{words}</p>
      <PasswordInput
        label="Passphrase"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
        autoComplete="current-password"
        maxLength={1024}
        data-autofocus
      />
      {problem && <Notice kind="bad">{problem.message}</Notice>}
      <Button type="submit" loading={isPending} disabled={passphrase === ''}>
        {verb}
      </Button>
    </form>
  );
}
