import { Button } from '@mantine/core';
import { ChartColumn } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { EmptyState, FailedState, Keys, Notice, SkeletonRows } from '../../../design/index.ts';
import { go, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { ModelChips } from '../components/ModelChips.tsx';
import { NothingYet } from '../components/NothingYet.tsx';
import { ShowPanel } from '../components/SidePanel.tsx';
import { useModels } from '../data.ts';
import { useSidePanel } from '../useSidePanel.ts';
import classes from './DivergenceTab.module.css';
import { useJob, useLabAvailability, useRun, useRunCommands, useRuns } from './data.ts';
import { LadderTable } from './LadderTable.tsx';
import { NotAvailable } from './NotAvailable.tsx';
import { RunBar } from './RunBar.tsx';
import { RunDetails } from './RunDetails.tsx';
import { RunSetup } from './RunSetup.tsx';
import { RunsPanel } from './RunsPanel.tsx';
import { isUnderWay, keyOf } from './shown.ts';
import { useDivergenceCommands } from './useDivergenceCommands.ts';
import { useDroppedText } from './useDroppedText.ts';
import { useRunExports } from './useRunExports.ts';
import { useSetup } from './useSetup.ts';

/** What quantizations cost on a text, in distributions rather than answers. */
export function DivergenceTab({ id }: { id: string | null }) {
  const { models } = useModels();
  const availability = useLabAvailability();
  const { runs, problem: listProblem, retry: retryList } = useRuns();
  const openId = id ?? runs?.[0]?.id ?? null;
  const { run, problem, retry } = useRun(openId);
  const setup = useSetup(models, availability);
  const { models: chosenModels, divergence } = usePreferences();
  const isBase = divergence.text === 'base';
  const { start, cancel } = useRunCommands();
  const panel = useSidePanel();
  const dropped = useDroppedText();
  const exports = useRunExports(openId);
  const [chosen, setChosen] = useState<{ run: string; candidate: number } | null>(null);
  const count = (run?.columns.length ?? 1) - 1;
  // The last one is most often the smallest, whose tokens differ most.
  const candidate =
    chosen !== null && chosen.run === openId && chosen.candidate < count
      ? chosen.candidate
      : Math.max(
          0,
          (run?.candidates ?? []).findLastIndex((one) => one !== null),
        );
  const choose = useCallback(
    (next: number) => openId !== null && setChosen({ run: openId, candidate: next }),
    [openId],
  );
  const show = useCallback((next: string | null) => go({ screen: 'compare', id: next, tab: 'divergence' }), []);

  const begin = useCallback(() => {
    if (setup.input === null) return;
    start.mutate(setup.input, { onSuccess: (started) => show(started.id) });
  }, [setup.input, start.mutate, show]);
  const underWay = run !== undefined && isUnderWay(run);
  const jobId = run?.jobId ?? null;
  const stop = useCallback(() => {
    if (jobId !== null) cancel.mutate(jobId);
  }, [jobId, cancel.mutate]);
  const move = useCallback(
    (by: 1 | -1) => choose(Math.max(0, Math.min(count - 1, candidate + by))),
    [choose, candidate, count],
  );
  useDivergenceCommands({
    run: underWay || start.isPending ? null : begin,
    cancel: underWay ? stop : null,
    toggleRuns: panel.toggle,
    moveCandidate: count > 1 ? move : null,
    save: run !== undefined && run.chunksDone > 0 ? exports.save : null,
  });

  return (
    <div className={classes.page} {...dropped.handlers} data-dropping={dropped.isOver || undefined}>
      {panel.isOpen && <RunsPanel open={openId} onOpen={show} onHide={panel.toggle} />}
      <div className={classes.main}>
        <section className={classes.setup} aria-label="What to measure">
          <div className={classes.first}>
            <ShowPanel panel={panel} plural="runs" />
            <ModelChips models={models} />
          </div>
          <NotAvailable availability={availability} what="Measuring divergence" />
          <RunSetup
            setup={setup}
            isUnderWay={underWay}
            onRun={begin}
            onCancel={stop}
            isStarting={start.isPending}
            problem={start.problem?.message ?? null}
          />
        </section>
        {listProblem && openId === null ? (
          <div className={classes.padded}>
            <FailedState title="The runs could not be read" retry={retryList}>
              {listProblem.message}
            </FailedState>
          </div>
        ) : openId === null && runs !== undefined && chosenModels.length === 0 && !isBase ? (
          <NothingYet missing={setup.missing} withoutModels models={models} />
        ) : openId === null && runs !== undefined ? (
          <EmptyState
            icon={ChartColumn}
            title="Nothing measured yet"
            action={setup.missing === null && <Keys keys="mod+Enter" />}
          >
            {setup.missing ??
              'Measure: reference and candidates read the same text, and stand here with their perplexity, KL divergence, flips and a verdict each.'}
          </EmptyState>
        ) : problem && run === undefined ? (
          <div className={classes.padded}>
            <FailedState
              title="The run could not be opened"
              retry={retry}
              action={
                <Button variant="default" onClick={() => show(null)}>
                  Show the newest run
                </Button>
              }
            >
              {problem.message}
            </FailedState>
          </div>
        ) : run === undefined ? (
          <div className={classes.padded}>
            <SkeletonRows rows={8} label="Opening the run" />
          </div>
        ) : (
          <Result run={run} candidate={candidate} onCandidate={choose} />
        )}
      </div>
    </div>
  );
}

interface ResultProps {
  run: DivergenceRun;
  candidate: number;
  onCandidate(candidate: number): void;
}

function Result({ run, candidate, onCandidate }: ResultProps) {
  const slotOf = useVariantSlots(run.columns.map(keyOf));
  const hasTokens = run.candidates[candidate] != null && run.tokensScored > 0;
  return (
    <>
      <RunBar run={run} />
      <RunNotes run={run} />
      <LadderTable run={run} slotOf={slotOf} candidate={candidate} onCandidate={onCandidate} />
      {run.smallest !== null && !isUnderWay(run) && <p className={classes.smallest}>{run.smallest.sentence}</p>}
      {hasTokens && <RunDetails key={`${run.id} ${candidate}`} run={run} candidate={candidate} slotOf={slotOf} />}
    </>
  );
}

/** Why a run ended early, what was kept, and what else to know. */
function RunNotes({ run }: { run: DivergenceRun }) {
  const job = useJob(run.jobId);
  const ended = run.state === 'failed' || run.state === 'interrupted';
  if (run.notes.length === 0 && !ended) return null;
  return (
    <div className={classes.notes}>
      {ended && (
        <Notice kind="bad">
          {job?.error?.message ?? 'The run was interrupted: the store was locked, or the app ended.'}{' '}
          {run.chunksDone > 0 ? `What was measured in ${run.chunksDone} chunks is kept and shown.` : ''}
        </Notice>
      )}
      {run.notes.map((note) => (
        <Notice key={note} kind="info">
          {note}
        </Notice>
      ))}
    </div>
  );
}
