import { Button, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import classes from './RunSetup.module.css';

interface Props {
  label: string;
  /** Without it the label is for readers of the screen alone. */
  description?: string;
  placeholder: string;
  value: string;
  isDisabled?: boolean;
  onChange(path: string): void;
  /** Asks with the system's dialog; the button is there on the desktop alone. */
  choose(): Promise<string | null | undefined>;
}

/** A file on the machine that Assay runs on, by its path. */
export function PathField({ label, description, placeholder, value, isDisabled = false, onChange, choose }: Props) {
  return (
    <div className={classes.path}>
      <TextInput
        {...(description === undefined ? { 'aria-label': label } : { label, description })}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        maxLength={4096}
        disabled={isDisabled}
      />
      {window.assay && (
        <Button
          variant="default"
          leftSection={<FolderOpen size={14} />}
          disabled={isDisabled}
          onClick={async () => {
            const path = await choose();
            if (path) onChange(path);
          }}
        >
          Choose
        </Button>
      )}
    </div>
  );
}
