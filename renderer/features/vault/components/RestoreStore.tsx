import { Button, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { useRestore } from '../data.ts';
import classes from '../VaultPage.module.css';

type Way = 'passphrase' | 'recovery';

export function RestoreStore({ replaces, onBack }: { replaces: boolean; onBack(): void }) {
  const [from, setFrom] = useState('');
  const [way, setWay] = useState<Way>('passphrase');
  const [secret, setSecret] = useState('');
  const restore = useRestore();
  const ready = from.trim() !== '' && secret !== '';

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        restore.mutate({
          from: from.trim(),
          secret:
            way === 'passphrase' ? { kind: 'passphrase', passphrase: secret } : { kind: 'recovery', code: secret },
        });
      }}
    >
      <header>
        <h1>Restore from a backup</h1>
        <p className="dim">
          {replaces
            ? 'The backup takes the place of the store in this folder. The replaced one is kept beside it.'
            : 'The backup becomes the store of this machine.'}
        </p>
      </header>
      <div className={classes.withButton}>
        <TextInput
          label="Backup file"
          placeholder="/path/to/store.assay-backup"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          classNames={{ input: 'mono' }}
          autoFocus
        />
        {window.assay && (
          <Button
            variant="default"
            leftSection={<FolderOpen size={14} />}
            onClick={async () => {
              const path = await window.assay?.files.chooseExisting();
              if (path) setFrom(path);
            }}
          >
            Choose file
          </Button>
        )}
      </div>
      <SegmentedControl
        fullWidth
        aria-label="Open the backup with"
        value={way}
        onChange={(value) => {
          setWay(value as Way);
          setSecret('');
        }}
        data={[
          { value: 'passphrase', label: 'Its passphrase' },
          { value: 'recovery', label: 'Its recovery code' },
        ]}
      />
      <PasswordInput
        label={way === 'passphrase' ? 'Passphrase of the backup' : 'Recovery code of the backup'}
        value={secret}
        onChange={(event) => setSecret(event.currentTarget.value)}
        autoComplete="off"
        maxLength={1024}
      />
      {restore.problem && <Notice kind="bad">{restore.problem.message}</Notice>}
      <Button type="submit" fullWidth loading={restore.isPending} disabled={!ready}>
        Restore store
      </Button>
      <Button variant="subtle" color="gray" fullWidth onClick={onBack}>
        Back
      </Button>
    </form>
  );
}
