import type { DivergenceSummary } from '../../../../preload/contract/divergence.ts';
import { moment } from '../../../lib/numbers.ts';
import { EntryModels, SidePanel, type SidePanelProps } from '../components/SidePanel.tsx';
import { useRunCommands, useRuns } from './data.ts';
import { isUnderWay, shortName, titleOf } from './shown.ts';

/** What was measured before. */
export function RunsPanel(props: SidePanelProps) {
  const { runs, problem, retry } = useRuns();
  const { rename, remove } = useRunCommands();
  return (
    <SidePanel<DivergenceSummary>
      {...props}
      label="Divergence runs"
      title="Runs"
      plural="runs"
      singular="run"
      entries={runs}
      problem={problem}
      retry={retry}
      empty="Runs stay here, encrypted, until you delete them."
      show={(run) => ({
        title: titleOf(run),
        what: <EntryModels names={run.columns.slice(1).map(shortName)} />,
        state: stateWords(run),
      })}
      rename={(id, name) => rename.mutate({ id, name })}
      remove={remove.mutateAsync}
      isUnderWay={isUnderWay}
      after={(removed) => runs?.find(({ id }) => id !== removed)?.id ?? null}
    />
  );
}

function stateWords(run: DivergenceSummary): string {
  if (run.state === 'queued') return 'waiting';
  if (run.state === 'running') return `${run.chunksDone} of ${run.chunkCount ?? '?'}`;
  if (run.state === 'done' || run.state === null) return moment(run.createdAt);
  return run.state;
}
