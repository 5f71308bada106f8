import { Button, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { bytes, text } from '../../../lib/numbers.ts';
import { useVaultCommand } from '../data.ts';
import classes from '../SettingsPage.module.css';

export function BackUp({ onDone }: { onDone(words: string): void }) {
  const [to, setTo] = useState('');
  const backUp = useVaultCommand((client, path: string) => client.backup.mutate({ to: path }));
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (to.trim() === '') return;
        backUp.mutate(to.trim(), {
          onSuccess: ({ path, sizeBytes }) => onDone(`Backed up to ${path}, ${text(bytes(sizeBytes))}.`),
        });
      }}
    >
      <div className={classes.withButton}>
        <TextInput
          label="Where to"
          description="An existing folder, or a new file that ends in .assay-backup"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          classNames={{ input: 'mono' }}
          data-autofocus
        />
        {window.assay && (
          <Button
            variant="default"
            leftSection={<FolderOpen size={14} />}
            onClick={async () => {
              const path = await window.assay?.files.choosePath('store.assay-backup');
              if (path) setTo(path);
            }}
          >
            Choose
          </Button>
        )}
      </div>
      {backUp.problem && <Notice kind="bad">{backUp.problem.message}</Notice>}
      <Button type="submit" loading={backUp.isPending} disabled={to.trim() === ''}>
        Back up store
      </Button>
    </form>
  );
}
