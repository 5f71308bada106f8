import { TextInput, type TextInputProps } from '@mantine/core';
import { longestName } from '../../preload/contract/names.ts';

interface Props extends Omit<TextInputProps, 'value' | 'onChange' | 'maxLength' | 'description'> {
  value: string;
  onChange(name: string): void;
}

/** The name of something. It takes no more than a name can have, and says so when it is full. */
export function NameInput({ value, onChange, ...rest }: Props) {
  return (
    <TextInput
      {...rest}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      maxLength={longestName}
      description={value.length >= longestName && `A name has at most ${longestName} characters.`}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
    />
  );
}
