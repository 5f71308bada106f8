import { NumberInput } from '@mantine/core';
import { useState } from 'react';

interface NumberProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  suffix?: string;
  onSave(value: number): void;
}

/** Saved when it is left or Enter is pressed, so that no half-typed number counts. */
export function SavedNumber({ label, value, min, max, step = 1, suffix, onSave }: NumberProps) {
  const [typed, setTyped] = useState<number | string | null>(null);
  function finish() {
    if (typeof typed === 'number' && typed !== value) onSave(Math.min(max, Math.max(min, typed)));
    setTyped(null);
  }
  return (
    <NumberInput
      aria-label={label}
      value={typed ?? value}
      onChange={setTyped}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish();
      }}
      min={min}
      max={max}
      step={step}
      suffix={suffix}
      thousandSeparator=" "
      decimalScale={step < 1 ? 2 : 0}
      w={128}
    />
  );
}
