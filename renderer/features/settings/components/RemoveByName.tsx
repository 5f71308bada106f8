import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { StorageItem } from '../../../../preload/contract/storage.ts';
import { useFocusBack } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { bytes, text } from '../../../lib/numbers.ts';
import classes from '../SettingsPage.module.css';

interface Props {
  item: StorageItem;
  isPending: boolean;
  onRemove(name: string): void;
  onClose(): void;
}

/** Removes a file that may not be what Assay wrote, once its name was typed. */
export function RemoveByName({ item: { name, path, sizeBytes }, isPending, onRemove, onClose }: Props) {
  const [typed, setTyped] = useState('');
  useFocusBack();
  // What cannot be typed is typed as it is shown, or pasted.
  const fits = typed === name || typed === legible(name);
  return (
    <Modal opened onClose={onClose} title={`Remove ${legible(name)}`}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (fits) onRemove(name);
        }}
      >
        <p>
          It cannot be told whether this is the file that Assay wrote: <span className="mono">{legible(path)}</span>,{' '}
          {text(bytes(sizeBytes))}. Look at it first if it may be yours. It is deleted for good, past the waste basket.
        </p>
        <TextInput
          label={`Type ${legible(name)} to remove it anyway`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Button type="submit" color="red" disabled={!fits} loading={isPending}>
          Remove it anyway
        </Button>
      </form>
    </Modal>
  );
}
