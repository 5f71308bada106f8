import { bytes, text } from './numbers.ts';

export interface Room {
  availableBytes: number;
  /** True: more is free, and the settings allow no more. */
  isLimited: boolean;
}

/** What models may still take, and whether the machine or the settings say so. */
export function roomInWords({ availableBytes, isLimited }: Room): string {
  return `${text(bytes(availableBytes))} ${isLimited ? 'allowed by the settings' : 'free now'}`;
}
