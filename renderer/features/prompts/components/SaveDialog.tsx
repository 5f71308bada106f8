import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { useSave } from '../data.ts';
import type { HistoryDetail } from '../shapes.ts';
import classes from './HistoryTab.module.css';

/** Keeps the prompt of an answer under a name. */
export function SaveDialog({ entry, onClose }: { entry: HistoryDetail; onClose(): void }) {
  const [name, setName] = useState(entry.title ?? entry.promptText.replaceAll(/\s+/g, ' ').trim().slice(0, 60));
  const { mutate, isPending, problem } = useSave();
  return (
    <Modal opened onClose={onClose} title="Keep as a saved prompt">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          mutate(
            { name, text: entry.promptText, system: entry.system },
            {
              onSuccess: () => {
                notifications.show({ message: `“${name}” is among the saved prompts.` });
                onClose();
              },
            },
          );
        }}
      >
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={200}
          required
          data-autofocus
        />
        {problem && <Notice kind="bad">{problem.message}</Notice>}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === ''}>
            Save prompt
          </Button>
        </div>
      </form>
    </Modal>
  );
}
