import { Fault } from '../../base/fault.ts';
import { markOf } from '../../base/fileMark.ts';
import { llamaRelease } from '../../inference/protocol.ts';
import type { RunFacts, StoredColumn } from './divergence.queries.ts';

/**
 * The column with what its file is known again by. CONFLICT when chunks were measured of another file under this name: numbers of two
 * models would be added up.
 */
export function markedColumn(column: StoredColumn, before: StoredColumn, chunksDone: number): StoredColumn {
  if (column.file === null) return column;
  const mark = markOf(column.file);
  const known = chunksDone > 0 ? before.mark : null;
  if (known === null || known.sha256OfPieces === mark.sha256OfPieces) return { ...column, mark };
  throw new Fault(
    'CONFLICT',
    `${column.file} is another file than the one of which the first ${chunksDone} chunks were measured. Bring that one back, or begin a new run.`,
    { facts: { model: column.file } },
  );
}

/** CONFLICT when the chunks that are there were measured by another release of llama.cpp. */
export function requireSameRelease({ engineRelease }: Pick<RunFacts, 'engineRelease'>, chunksDone: number): void {
  if (engineRelease === null || engineRelease === llamaRelease || chunksDone === 0) return;
  throw new Fault(
    'CONFLICT',
    `The first ${chunksDone} chunks of this run were measured with llama.cpp ${engineRelease}, and this Assay has ${llamaRelease}. Begin a new run.`,
  );
}
