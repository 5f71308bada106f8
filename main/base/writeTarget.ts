import { accessSync, type BigIntStats, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault } from './fault.ts';

/** A file that work will write. */
export interface WriteTarget {
  /** Whole path. */
  file: string;
  /** What it will be, for sentences: `base file`. */
  what: string;
  /** What is there already is replaced, unless it is a model or one of `inputs`. */
  overwrite: boolean;
  /** Files that the work reads. */
  inputs: readonly string[];
}

/** Whether two names lead to one file: through links, other spellings, another drive letter. False where one is not there. */
export function isOneFile(one: string, other: string): boolean {
  const [first, second] = [found(one), found(other)];
  // A few network drives number nothing.
  return first !== undefined && second !== undefined && first.ino !== 0n
    ? first.dev === second.dev && first.ino === second.ino
    : first !== undefined && one === other;
}

/**
 * Refuses, before any work begins, a place that cannot or must not be written: CONFLICT for a file that is there and for what is never
 * replaced, BAD_INPUT for a folder that is missing and for what is no file, READ_ONLY.
 */
export function requireTarget({ file, what, overwrite, inputs }: WriteTarget): void {
  const facts = { path: file };
  const there = found(file);
  if (there !== undefined && !there.isFile())
    throw new Fault('BAD_INPUT', `${file} is no file, so no ${what} can be written there. Choose another name.`, {
      facts,
    });
  if (inputs.some((input) => isOneFile(input, file)))
    throw new Fault('CONFLICT', `${file} is read here, so the ${what} cannot go there. Choose another name.`, {
      facts,
    });
  if (there !== undefined && beginsAsModel(file))
    throw new Fault('CONFLICT', `${file} is a model, and no ${what} is written over one. Choose another name.`, {
      facts,
    });
  if (there !== undefined && !overwrite)
    throw new Fault(
      'CONFLICT',
      `${file} is there already. Choose another name, or ask for it to be replaced (--overwrite).`,
      { facts },
    );
  const folder = dirname(file);
  if (found(folder)?.isDirectory() !== true)
    throw new Fault(
      'BAD_INPUT',
      `There is no folder ${folder} for the ${what}. Make it first, or choose another one.`,
      {
        facts: { path: folder },
      },
    );
  try {
    accessSync(folder, constants.W_OK);
    if (there !== undefined) accessSync(file, constants.W_OK);
  } catch (cause) {
    throw new Fault('READ_ONLY', `No ${what} can be written to ${file}. Choose another folder.`, { facts, cause });
  }
}

function found(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function beginsAsModel(file: string): boolean {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const begin = Buffer.alloc(4);
    return readSync(opened, begin, 0, 4, 0) === 4 && begin.toString('latin1') === 'GGUF';
  } catch {
    // What cannot be read may be anything.
    return true;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
