import { statSync } from 'node:fs';
import type { DivergenceSettings } from '../../../preload/contract/divergence.ts';
import { Fault } from '../../base/fault.ts';
import { allParts } from '../../base/ggufParts.ts';
import { requireTarget } from '../../base/writeTarget.ts';
import type { RunRow, StoredColumn } from './divergence.queries.ts';

/** Refuses a base file that is none to read, or that would be written over a model or another file. BAD_INPUT, CONFLICT, READ_ONLY. */
export function requireBase({ base }: Pick<DivergenceSettings, 'base'>, columns: readonly StoredColumn[]): void {
  if (base === undefined) return;
  const { file, use, overwrite } = base;
  if (use === 'read') requireReadable(file);
  else {
    const inputs = columns.flatMap((column) => allParts(column.file ?? column.reference));
    requireTarget({ file, what: 'base file', overwrite, inputs });
  }
}

/** The name of a base file until it is whole. Null where none is written. */
export function partialBaseOf({ id, settings_json: { base } }: Pick<RunRow, 'id' | 'settings_json'>): string | null {
  return base?.use === 'write' ? `${base.file}.${id}.partial` : null;
}

/** A device or a pipe has no end, so it is not even opened. */
function requireReadable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return;
  const why = found === undefined ? 'is not there' : 'is no regular file';
  throw new Fault('BAD_INPUT', `The base file ${file} ${why}. Name the file that llama-perplexity or Assay wrote.`, {
    facts: { path: file },
  });
}
