import { type Command, InvalidArgumentError, Option } from 'commander';

export interface PlaceOptions {
  dataDir?: string;
  ephemeral?: boolean;
}
export interface VaultOptions {
  dataDir?: string;
  json?: boolean;
}

/** For commands that also work without a store. */
export function addPlace(command: Command): void {
  command
    .option('--data-dir <folder>', dataFolderInWords)
    .addOption(new Option('--ephemeral', 'work without a store; nothing is left behind').conflicts('dataDir'));
}

/** For commands on a store. */
export function addStore(command: Command): Command {
  return command.option('--data-dir <folder>', dataFolderInWords).option('--json', 'print one JSON document');
}

const dataFolderInWords = 'the folder of the store; else ASSAY_DATA_DIR, else the one of the desktop app';

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

export function decimalNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It takes a number.');
  return value;
}

/** Collects an option that may be given again. */
export function again(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
