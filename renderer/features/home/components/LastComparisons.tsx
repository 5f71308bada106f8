import type { ComparisonSummary } from '../../../../preload/contract/compare.ts';
import { counted } from '../../../lib/numbers.ts';
import { LastRuns } from './LastRuns.tsx';

/** The last comparisons, newest first. */
export function LastComparisons({ comparisons }: { comparisons: readonly ComparisonSummary[] }) {
  return (
    <LastRuns
      title="Last comparisons"
      columns={['Name or first prompt', 'Prompts', 'Answers']}
      runs={comparisons.map(({ id, name, excerpt, columns, promptCount, done, total, createdAt }) => ({
        id,
        route: { screen: 'compare', id },
        title: name ?? excerpt,
        named: name !== null,
        variants: columns.map((column) => ({ ...column, key: column.modelId ?? column.reference })),
        numbers: [counted(promptCount), done < total ? `${counted(done)} of ${counted(total)}` : counted(total)],
        createdAt,
      }))}
    />
  );
}
