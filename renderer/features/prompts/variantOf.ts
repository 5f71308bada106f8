import type { HistoryModel } from './shapes.ts';

/** What a colour and a marker stand for: a model of the library, or else a file, or else a name. */
export function variantOf({ id, sha256, name, quantization }: HistoryModel): string {
  return id ?? sha256 ?? `${name} ${quantization}`;
}
