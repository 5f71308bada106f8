import { moment, plural } from '../../../lib/numbers.ts';
import { SidePanel, type SidePanelProps } from '../components/SidePanel.tsx';
import { useBlindCommands, useBlindTests } from './data.ts';

/** Blind tests that were begun. */
export function TestsPanel(props: SidePanelProps) {
  const { tests, problem, retry } = useBlindTests();
  const { remove } = useBlindCommands(null);
  return (
    <SidePanel
      {...props}
      title="Blind tests"
      plural="blind tests"
      singular="blind test"
      entries={tests}
      problem={problem}
      retry={retry}
      empty="Blind tests stay here, encrypted, until you delete them."
      canBegin
      show={({ name, comparisons, models, revealedAt, judged, createdAt }) => ({
        title: name ?? `${plural(comparisons, 'comparison')}, ${plural(Math.max(2, models), 'model')}`,
        what: <span>{revealedAt === null ? `${judged} judged` : `${plural(judged, 'judgement')}, ended`}</span>,
        state: moment(createdAt),
      })}
      remove={remove.mutateAsync}
    />
  );
}
