import { Button, Modal, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { bytes, plural, text } from '../../../lib/numbers.ts';
import classes from '../AuditPage.module.css';
import { useExportLog } from '../data.ts';

/** Writes the whole chain to a file that anyone can check with SHA-256 alone. */
export function ExportDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const [to, setTo] = useState('');
  const { mutate, reset, data, isPending, problem } = useExportLog();
  useEffect(() => {
    if (opened) reset();
  }, [opened, reset]);
  return (
    <Modal opened={opened} onClose={onClose} title="Export the log">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (to.trim() !== '') mutate(to.trim());
        }}
      >
        <p className="dim">
          JSON Lines: first how it is checked and its head, then every entry with the text that was hashed. SHA-256 is
          all it takes to check it. It holds who did what, with ids and paths, and no prompt and no answer; it is not
          encrypted.
        </p>
        <div className={classes.withButton}>
          <TextInput
            label="Where to"
            description="An existing folder, or a new file that ends in .jsonl"
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
                const path = await window.assay?.files.choosePath('assay-audit.jsonl');
                if (path) setTo(path);
              }}
            >
              Choose
            </Button>
          )}
        </div>
        {problem && <Notice kind="bad">{problem.message}</Notice>}
        <div role="status" className={classes.done}>
          {data && (
            <Notice kind="good">
              {plural(data.entries, 'entry', 'entries')}, {text(bytes(data.sizeBytes))}, written to {data.path}. Head{' '}
              <code className="mono">{data.head}</code>
            </Notice>
          )}
        </div>
        <Button type="submit" loading={isPending} disabled={to.trim() === ''}>
          Export log
        </Button>
      </form>
    </Modal>
  );
}
