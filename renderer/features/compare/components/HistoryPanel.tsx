import { counted, moment } from '../../../lib/numbers.ts';
import { useHistory, useRemoveComparison, useRenameComparison } from '../data.ts';
import { EntryModels, SidePanel, type SidePanelProps } from './SidePanel.tsx';

/** What was compared before. */
export function HistoryPanel(props: SidePanelProps) {
  const { comparisons, problem, retry } = useHistory();
  const rename = useRenameComparison();
  const remove = useRemoveComparison();
  return (
    <SidePanel
      {...props}
      label="History of comparisons"
      title="History"
      plural="history"
      singular="comparison"
      entries={comparisons}
      problem={problem}
      retry={() => void retry()}
      empty="Comparisons stay here, encrypted, until you delete them or the rule set in Prompts does."
      show={({ name, excerpt, columns, done, total, createdAt }) => ({
        title: name ?? excerpt,
        what: <EntryModels names={columns.map(({ quantization }) => quantization)} />,
        state: done < total ? `${counted(done)} of ${counted(total)}` : moment(createdAt),
      })}
      rename={(id, name) => rename.mutate({ id, name })}
      remove={remove.mutateAsync}
    />
  );
}
