import { Button, FileButton, Modal, TextInput } from '@mantine/core';
import { FileInput } from 'lucide-react';
import { useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { useImport } from '../data.ts';
import type { RouterInputs } from '../shapes.ts';
import classes from './HistoryTab.module.css';

/** Bytes that a browser hands over in one go; more goes by the path. */
const most = 10 * 1024 * 1024;

/** Chats of other programs, by dropping files, choosing them, or naming a path. */
export function ImportDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import chats" size={520}>
      <Form onDone={onClose} />
    </Modal>
  );
}

function Form({ onDone }: { onDone(): void }) {
  const { mutate, isPending, problem, data: result, reset } = useImport();
  const [path, setPath] = useState('');
  const [tooLarge, setTooLarge] = useState(false);
  const [isOver, setIsOver] = useState(false);

  async function take(files: readonly File[]) {
    reset();
    setTooLarge(false);
    const [first] = files;
    if (first === undefined) return;
    const place = files.length === 1 ? (window.assay?.files.pathFor(first) ?? '') : '';
    if (place !== '') return mutate({ path: place });
    if (files.reduce((sum, { size }) => sum + size, 0) > most) return setTooLarge(true);
    const input: RouterInputs['import'] = {
      files: await Promise.all(files.map(async (file) => ({ name: file.name, base64: await base64Of(file) }))),
    };
    mutate(input);
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '') mutate({ path: path.trim() });
      }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way; the button below it does the same */}
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          void take([...event.dataTransfer.files]);
        }}
      >
        <span>Drop exports of LM Studio, Jan, Open WebUI or llama.cpp’s web UI here: .json, .jsonl or .zip.</span>
        <FileButton onChange={(files) => void take(files)} accept=".json,.jsonl,.zip" multiple>
          {(button) => (
            <Button {...button} variant="default" leftSection={<FileInput size={14} />} loading={isPending}>
              Choose files
            </Button>
          )}
        </FileButton>
      </div>
      <TextInput
        label="Or the path of a file or a folder"
        description="A folder is read with all that lies below it, e.g. LM Studio’s conversations or Jan’s threads."
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        className={classes.path}
      />
      {tooLarge && (
        <Notice kind="bad">
          These files are larger than 10 MiB together. Give the path of the file or its folder instead.
        </Notice>
      )}
      {problem && <Notice kind="bad">{problem.message}</Notice>}
      <div role="status">
        {result && (
          <Notice kind={result.added > 0 ? 'good' : 'info'}>
            {plural(result.added, 'answer')} of {plural(result.conversations, 'chat')} (
            {result.formats.join(', ') || 'none known'}) taken in
            {result.known > 0 && `; ${result.known} were here already`}.
          </Notice>
        )}
      </div>
      {result && result.skipped.length > 0 && (
        <ul className={classes.skipped} aria-label="Not taken in">
          {result.skipped.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onDone}>
          {result ? 'Close' : 'Cancel'}
        </Button>
        <Button type="submit" disabled={path.trim() === ''} loading={isPending}>
          Import from path
        </Button>
      </div>
    </form>
  );
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 32_768) binary += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return btoa(binary);
}
