import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { FailedState, SkeletonRows } from '../../design/index.ts';
import { type Command, go, useCommands } from '../../ui-state/index.ts';
import { useAttention } from './attention.ts';
import { FirstSteps } from './components/FirstSteps.tsx';
import { LastComparisons } from './components/LastComparisons.tsx';
import { LastDivergences } from './components/LastDivergences.tsx';
import { NeedsYou } from './components/NeedsYou.tsx';
import { useBrokenJobs, useJobActions, useLastComparisons, useLastDivergences, useQuickComparison } from './data.ts';
import { otherJobs } from './failedBackup.ts';
import classes from './HomePage.module.css';

/** What needs a person, and what was done last. */
export function HomePage() {
  const { comparisons, problem, retry } = useLastComparisons();
  const { broken, problem: jobsProblem } = useBrokenJobs();
  const divergences = useLastDivergences();
  const attention = useAttention();
  const jobs = otherJobs(broken ?? []);
  const quick = useQuickComparison();
  const actions = useJobActions();
  const { mutate: startQuick } = quick;
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'home.new',
        title: 'Start a new comparison',
        group: 'Home',
        keys: 'n',
        run: () => go({ screen: 'compare', id: null }),
      },
      {
        id: 'home.quick',
        title: 'Compare the sample model’s quantizations',
        group: 'Home',
        keywords: 'try first example',
        run: () => startQuick(),
      },
    ],
    [startQuick],
  );
  useCommands(commands);

  return (
    <main className={classes.page}>
      <div className={classes.inner}>
        <header className={classes.head}>
          <h1>Home</h1>
          {comparisons !== undefined && comparisons.length > 0 && (
            <Button
              variant="default"
              leftSection={<Plus size={14} />}
              onClick={() => go({ screen: 'compare', id: null })}
            >
              New comparison
            </Button>
          )}
        </header>
        {jobsProblem && <FailedState title="The jobs could not be listed">{jobsProblem.message}</FailedState>}
        {attention.length + jobs.length > 0 && <NeedsYou jobs={jobs} attention={attention} actions={actions} />}
        {problem ? (
          <FailedState title="The last comparisons could not be listed" retry={() => void retry()}>
            {problem.message}
          </FailedState>
        ) : comparisons === undefined ? (
          <SkeletonRows rows={5} label="Reading the last comparisons" />
        ) : comparisons.length === 0 ? (
          <FirstSteps quick={quick} />
        ) : (
          <LastComparisons comparisons={comparisons} />
        )}
        {divergences.length > 0 && <LastDivergences runs={divergences} />}
      </div>
    </main>
  );
}
