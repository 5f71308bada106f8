import { Button } from '@mantine/core';
import { useState } from 'react';
import { NewPassphrase, Notice, passphraseFits } from '../../../design/index.ts';
import { useCreateStore } from '../data.ts';
import classes from '../VaultPage.module.css';

export function CreateStore({ onRestore }: { onRestore(): void }) {
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const create = useCreateStore();
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphraseFits(passphrase, repeated)) create.mutate({ passphrase });
      }}
    >
      <header>
        <h1>Create your store</h1>
        <p className="dim">Assay keeps what you ask and what models answer, encrypted, on this machine.</p>
      </header>
      <NewPassphrase
        label="Passphrase"
        value={passphrase}
        repeated={repeated}
        onChange={setPassphrase}
        onRepeat={setRepeated}
        autoFocus
      />
      {create.problem && <Notice kind="bad">{create.problem.message}</Notice>}
      <Button type="submit" fullWidth loading={create.isPending} disabled={!passphraseFits(passphrase, repeated)}>
        Create encrypted store
      </Button>
      <Button variant="subtle" color="gray" fullWidth onClick={onRestore}>
        Restore from a backup
      </Button>
    </form>
  );
}
