import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { Variant } from '../../../../preload/contract/models.ts';
import { failureOf } from '../../../api/index.ts';
import { Notice } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { bytes, plural, text } from '../../../lib/numbers.ts';
import { go } from '../../../ui-state/index.ts';
import { useCommandsOnModels } from '../data.ts';
import classes from './DetailsSheet.module.css';

/** Deletes the file itself, once its name was typed. */
export function DeleteFile({ variant, onClose }: { variant: Variant; onClose(): void }) {
  const { deleteFile } = useCommandsOnModels();
  const [name, setName] = useState('');
  // What cannot be typed is typed as it is shown, or pasted.
  const fits = name === variant.fileName || name === legible(variant.fileName);
  return (
    <Modal opened onClose={onClose} title={`Delete ${legible(variant.fileName)}`} centered>
      <form
        className={classes.delete}
        onSubmit={(event) => {
          event.preventDefault();
          if (!fits) return;
          deleteFile.mutate(
            { id: variant.id, name: variant.fileName },
            {
              onSuccess: ({ files, bytes: size }) => {
                notifications.show({ message: `${plural(files, 'file')} deleted, ${text(bytes(size))} freed.` });
                onClose();
                go({ screen: 'models', id: null, other: null });
              },
            },
          );
        }}
      >
        <p>
          {variant.parts > 1 ? `All ${variant.parts} parts are` : 'The file is'} deleted from the disk for good, past
          the waste basket: <span className={classes.path}>{legible(variant.path)}</span>. Comparisons keep their
          answers, and can not be run again with it. To only take it off the list, choose “Take off the list”.
        </p>
        <TextInput
          label={`Type ${legible(variant.fileName)} to delete it`}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {deleteFile.error && <Notice kind="bad">{failureOf(deleteFile.error).message}</Notice>}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            Keep the file
          </Button>
          <Button type="submit" color="red" disabled={!fits} loading={deleteFile.isPending}>
            Delete the file
          </Button>
        </div>
      </form>
    </Modal>
  );
}
