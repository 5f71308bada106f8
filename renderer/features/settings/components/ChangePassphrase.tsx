import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { NewPassphrase, Notice, passphraseFits } from '../../../design/index.ts';
import { useVaultCommand } from '../data.ts';
import classes from '../SettingsPage.module.css';

export function ChangePassphrase({ onDone }: { onDone(): void }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [repeated, setRepeated] = useState('');
  const change = useVaultCommand((client, input: { current: string; next: string }) =>
    client.changePassphrase.mutate(input),
  );
  const ready = current !== '' && passphraseFits(next, repeated);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) change.mutate({ current, next }, { onSuccess: onDone });
      }}
    >
      <PasswordInput
        label="Passphrase of now"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        autoComplete="current-password"
        maxLength={1024}
        data-autofocus
      />
      <NewPassphrase
        label="New passphrase"
        value={next}
        repeated={repeated}
        onChange={setNext}
        onRepeat={setRepeated}
      />
      {change.problem && <Notice kind="bad">{change.problem.message}</Notice>}
      <Button type="submit" loading={change.isPending} disabled={!ready}>
        Change passphrase
      </Button>
    </form>
  );
}
