import { useState } from 'react';
import { NameInput } from '../../../design/index.ts';

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
    <NameInput
      aria-label={label}
      placeholder="No name"
      value={text}
      onChange={setText}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(text.trim() === '' ? null : text.trim());
        if (event.key === 'Escape') onDone(undefined);
      }}
      onBlur={() => onDone(text.trim() === '' ? null : text.trim())}
      autoFocus
    />
  );
}
