import { Button, SegmentedControl, Tooltip } from '@mantine/core';
import { Play, Square } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { FailedState, Keys, Notice, SkeletonRows } from '../../../design/index.ts';
import { go, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import classes from '../ComparePage.module.css';
import { useCancelJob, useComparison, useHistory, useModels, useResumeJob, useStartComparison } from '../data.ts';
import { isUnderWay } from '../live.ts';
import { withDistinctNames } from '../naming.ts';
import { inputOf, takeOver } from '../settings.ts';
import { useCompareCommands } from '../useCompareCommands.ts';
import { useDatasetCommands } from '../useDatasetCommands.ts';
import { useDroppedModels } from '../useDroppedModels.ts';
import { useExports } from '../useExports.ts';
import { useSidePanel } from '../useSidePanel.ts';
import { Answers } from './Answers.tsx';
import { CutOff } from './CutOff.tsx';
import { HistoryPanel } from './HistoryPanel.tsx';
import { ModelChips } from './ModelChips.tsx';
import { NothingYet } from './NothingYet.tsx';
import { PromptEditor } from './PromptEditor.tsx';
import { PromptList } from './PromptList.tsx';
import { ResultBar } from './ResultBar.tsx';
import { SamplerPopover } from './SamplerPopover.tsx';
import { ShowPanel } from './SidePanel.tsx';

const show = (id: string | null) => go({ screen: 'compare', id });

/** The answers of models side by side on the same prompts. */
export function AnswersTab({ id }: { id: string | null }) {
  const preferences = usePreferences();
  const written = useDraft();
  const { models, problem: modelsProblem, retry: retryModels } = useModels();
  const [prompt, setPrompt] = useState(0);
  const { comparison: watched, problem, retry } = useComparison(id, prompt);
  const { comparisons } = useHistory();
  const name = comparisons?.find((entry) => entry.id === id)?.name;
  const comparison = useMemo(
    () => watched && { ...withDistinctNames(watched, models), name: name === undefined ? watched.name : name },
    [watched, models, name],
  );
  const resume = useResumeJob();
  const start = useStartComparison();
  const cancelJob = useCancelJob();
  const exports = useExports(id);
  const promptField = useRef<HTMLTextAreaElement>(null);
  const dropping = useDroppedModels();
  useDatasetCommands();
  const history = useSidePanel();
  const { input, missing } = inputOf(preferences, written, comparison);
  const underWay = comparison !== null && isUnderWay(comparison);
  const jobId = comparison?.jobId ?? null;

  // The settings of a comparison that was opened go into the editor once; from then on they are the person's.
  const takenOver = useRef<string | null>(null);
  useEffect(() => {
    if (comparison === null || takenOver.current === comparison.id) return;
    takenOver.current = comparison.id;
    takeOver(comparison);
    setPrompt(0);
  }, [comparison]);

  const runWith = useCallback(
    (seed?: number) => {
      if (input === null) {
        promptField.current?.focus();
        return;
      }
      const asked = seed === undefined ? input : { ...input, sampler: { ...input.sampler, seed } };
      if (seed !== undefined) prefer({ sampler: { ...usePreferences.getState().sampler, seed } });
      start.mutate(asked, {
        onSuccess: (started) => {
          takenOver.current = started.id;
          setPrompt(0);
          show(started.id);
        },
      });
    },
    [input, start.mutate],
  );
  const run = useCallback(() => runWith(), [runWith]);
  const reseed = useCallback(() => {
    if (usePreferences.getState().sampler.temperature > 0) runWith(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1);
  }, [runWith]);
  const cancel = useCallback(() => {
    if (jobId !== null) cancelJob.mutate(jobId);
  }, [jobId, cancelJob.mutate]);
  // What failed is tried again within the same comparison; where its job cannot go on, everything is asked anew.
  const runAgain = useCallback(() => {
    if (jobId === null) run();
    else resume.mutate(jobId, { onSuccess: retry, onError: run });
  }, [jobId, run, retry, resume.mutate]);
  const last = (comparison?.promptCount ?? 1) - 1;
  const move = useCallback((by: number) => setPrompt((at) => Math.max(0, Math.min(last, at + by))), [last]);
  const focusPrompt = useCallback(() => promptField.current?.focus(), []);
  useCompareCommands(comparison, {
    run,
    cancel: underWay ? cancel : null,
    reseed,
    focusPrompt,
    move,
    exports,
    toggleHistory: history.toggle,
  });

  return (
    <div className={classes.page} {...dropping.handlers} data-dropping={dropping.isOver || undefined}>
      {history.isOpen && <HistoryPanel open={id} onOpen={show} onHide={history.toggle} />}
      <div className={classes.main}>
        <section className={classes.setup} aria-label="What to compare">
          <div className={classes.first}>
            <ShowPanel panel={history} plural="history" />
            <ModelChips models={models} />
          </div>
          {modelsProblem && (
            <FailedState title="The models could not be listed" retry={() => void retryModels()}>
              {modelsProblem.message}
            </FailedState>
          )}
          <PromptEditor fieldRef={promptField}>
            <Tooltip label="One at a time is fair to timing: each model has the machine to itself. All at once is quicker to look at.">
              <SegmentedControl
                aria-label="Order of the columns"
                value={preferences.order}
                onChange={(value) => prefer({ order: value as typeof preferences.order })}
                data={[
                  { value: 'one at a time', label: 'One at a time' },
                  { value: 'all at once', label: 'All at once' },
                ]}
              />
            </Tooltip>
            <SamplerPopover />
            {underWay ? (
              <Button
                variant="default"
                leftSection={<Square size={12} fill="currentColor" />}
                onClick={cancel}
                loading={cancelJob.isPending}
              >
                Cancel
              </Button>
            ) : (
              <Tooltip label={missing ?? <Keys keys="mod+Enter" />}>
                <Button
                  leftSection={<Play size={13} fill="currentColor" />}
                  onClick={run}
                  loading={start.isPending}
                  data-disabled={missing !== null || undefined}
                  aria-disabled={missing !== null}
                >
                  Run comparison
                </Button>
              </Tooltip>
            )}
          </PromptEditor>
          {start.problem && <Notice kind="bad">{start.problem.message}</Notice>}
        </section>
        {id === null ? (
          <NothingYet missing={missing} withoutModels={preferences.models.length === 0} models={models} />
        ) : comparison === null ? (
          <div className={classes.pending}>
            {problem ? (
              <FailedState
                title="The comparison could not be opened"
                retry={retry}
                action={
                  <Button variant="default" onClick={() => show(null)}>
                    Start a new one
                  </Button>
                }
              >
                {problem.message}
              </FailedState>
            ) : (
              <SkeletonRows rows={8} label="Opening the comparison" />
            )}
          </div>
        ) : (
          <>
            <ResultBar comparison={comparison} exports={exports} onReseed={reseed} />
            {problem && <CutOff problem={problem} retry={retry} />}
            <div className={classes.results}>
              {comparison.promptCount > 1 && (
                <PromptList comparison={comparison} prompt={prompt} onChoose={setPrompt} />
              )}
              <Answers comparison={comparison} prompt={prompt} onRunAgain={runAgain} />
            </div>
          </>
        )}
      </div>
    </div>
  );
}
