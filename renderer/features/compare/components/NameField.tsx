import { TextInput } from '@mantine/core';
import { useState } from 'react';

interface Props {
  label: string;
  name: string;
  /** With null when it is left empty, with undefined when it was given up. */
  onDone(name: string | null | undefined): void;
}

/** A name that is being written, in the place where it stands. */
export function NameField({ label, name, onDone }: Props) {
  const [text, setText] = useState(name);
  return (
    <TextInput
      aria-label={label}
      placeholder="No name"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(text.trim() === '' ? null : text.trim());
        if (event.key === 'Escape') onDone(undefined);
      }}
      onBlur={() => onDone(text.trim() === '' ? null : text.trim())}
      maxLength={200}
      autoFocus
    />
  );
}
