import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DivergenceRun, DivergenceSummary } from '../../../../preload/contract/divergence.ts';
import { useApi } from '../../../api/index.ts';
import { useRuns } from './data.ts';

/** The newest run of each model that has numbers, newest first; few, because newer runs repeat the models of older ones. */
export function newestOfEach(runs: readonly DivergenceSummary[], most = 8): string[] {
  const seen = new Set<string>();
  const chosen: string[] = [];
  for (const run of runs) {
    if (run.chunksDone === 0 || run.state === 'running' || run.state === 'queued') continue;
    const ids = run.columns.flatMap(({ modelId, error }) => (modelId === null || error !== null ? [] : [modelId]));
    if (ids.every((id) => seen.has(id))) continue;
    for (const id of ids) seen.add(id);
    chosen.push(run.id);
    if (chosen.length === most) break;
  }
  return chosen;
}

/** Those runs, with their numbers. */
export function useMeasuredRuns(): readonly DivergenceRun[] {
  const { options } = useApi();
  const { runs } = useRuns();
  const ids = useMemo(() => newestOfEach(runs ?? []), [runs]);
  return useQueries({
    queries: ids.map((id) => options.divergence.get.queryOptions({ id })),
    combine: (answers) => answers.flatMap(({ data }) => (data ? [data] : [])),
  });
}
