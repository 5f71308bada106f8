import { Fault, toErrorData } from '../../base/fault.ts';
import type { HeaderFacts } from '../../inference/protocol.ts';
import { cacheDifference, foundColumn, labelsOf } from './columns.rules.ts';
import type { RunDependencies } from './divergence.job.ts';
import type * as queries from './divergence.queries.ts';
import { requireBase } from './requireBase.ts';
import { markedColumn } from './sameFiles.ts';

/**
 * Finds the files of all columns. A candidate that cannot be had is left out; without its reference the run fails. One that is measured
 * whole needs no file any more and keeps its numbers.
 */
export async function findModels(
  { models }: RunDependencies,
  row: queries.RunRow,
  done: (column: number) => number,
  signal: AbortSignal,
): Promise<void> {
  const { columns_json: columns, settings_json: settings, facts_json: facts } = row;
  const isWhole = (column: number) => facts.chunkCount !== null && done(column) >= facts.chunkCount;
  let reference: HeaderFacts | undefined;
  for (let column = 0; column < columns.length; column++) {
    const asked = columns[column];
    if (asked === undefined || (column > 0 && asked.error === null && isWhole(column))) continue;
    try {
      if (column === 0 && settings.base?.use === 'read') {
        requireBase(settings, columns);
        columns[column] = markedColumn(asked, asked, done(column));
        continue;
      }
      const model = await models.resolve(asked.reference);
      signal.throwIfAborted();
      const header = await models.facts(model);
      const { totalBytes } = await models.estimate({ model: asked.reference, contextSize: settings.contextSize });
      const memoryBytes = totalBytes + cacheDifference(header, asked, settings.contextSize);
      const found = markedColumn(foundColumn(asked, model, memoryBytes), asked, done(column));
      if (column === 0) reference = header;
      const label = labelsOf(columns.with(column, found))[column] ?? '';
      columns[column] = {
        ...found,
        notes: [...(reference === undefined ? [] : differencesOf(reference, header, row, label)), ...cacheNotes(found)],
      };
    } catch (thrown) {
      signal.throwIfAborted();
      if (column === 0) throw thrown;
      columns[column] = { ...asked, error: toErrorData(thrown) };
    }
  }
}

/** Flash attention reads keys and values in half precision, however they are kept (llama-graph.cpp, build_attn_mha). */
function cacheNotes({ keyType, valueType }: queries.StoredColumn): string[] {
  if (keyType !== 'F32' && valueType !== 'F32') return [];
  return ['A context kept in F32 is read in F16 by llama.cpp, so it cannot differ from one in F16.'];
}

/** Differences that do not keep models from being compared, as notes. Another template does where the text is set with it: throws BAD_INPUT. */
function differencesOf(reference: HeaderFacts, candidate: HeaderFacts, row: queries.RunRow, label: string): string[] {
  const [one, other] = [reference.identity, candidate.identity];
  if (one === null || other === null) return [];
  const notes: string[] = [];
  if (one.templateHash !== other.templateHash) {
    const sentence = `The chat template of ${label} is not that of the reference`;
    if (row.text_kind === 'dataset') {
      throw new Fault(
        'BAD_INPUT',
        `${sentence}, so the two would read different texts. Compare them on plain text, or take files with the same template.`,
        { facts: { difference: 'chat template' } },
      );
    }
    notes.push(`${sentence}. That does not touch these numbers, but answers in a chat will differ.`);
  }
  if (one.specialTokensHash !== other.specialTokensHash)
    notes.push(`The special tokens of ${label} are not those of the reference; its answers may end elsewhere.`);
  return notes;
}
