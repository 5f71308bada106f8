import type { DivergenceSummary } from '../../../../preload/contract/divergence.ts';
import { counted } from '../../../lib/numbers.ts';
import { LastRuns } from './LastRuns.tsx';

/** The last divergence runs, newest first. */
export function LastDivergences({ runs }: { runs: readonly DivergenceSummary[] }) {
  return (
    <LastRuns
      title="Last divergence runs"
      columns={['Name or text', 'Context', 'Chunks']}
      runs={runs.map(({ id, name, textName, columns, contextSize, chunkCount, chunksDone, createdAt }) => ({
        id,
        route: { screen: 'compare', tab: 'divergence', id },
        title: name ?? textName,
        named: name !== null,
        variants: columns.map((column) => ({ ...column, key: column.reference })),
        numbers: [
          counted(contextSize),
          chunkCount !== null && chunksDone < chunkCount
            ? `${counted(chunksDone)} of ${counted(chunkCount)}`
            : counted(chunksDone),
        ],
        createdAt,
      }))}
    />
  );
}
