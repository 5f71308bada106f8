import { Button, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { NameInput, Notice } from '../../../design/index.ts';
import { proposedName } from '../../../lib/proposedName.ts';
import { useSave } from '../data.ts';
import type { HistoryDetail } from '../shapes.ts';
import classes from './HistoryTab.module.css';

/** Keeps the prompt of an answer under a name. */
export function SaveDialog({ entry, onClose }: { entry: HistoryDetail; onClose(): void }) {
  const [name, setName] = useState(proposedName(entry.title ?? proposedName(entry.promptText, 60)));
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
        <NameInput label="Name" value={name} onChange={setName} required data-autofocus />
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
