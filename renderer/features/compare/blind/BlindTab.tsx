import { Button } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { FailedState, SkeletonRows } from '../../../design/index.ts';
import { type Command, go, useCommands } from '../../../ui-state/index.ts';
import { ModelChips } from '../components/ModelChips.tsx';
import { ShowPanel } from '../components/SidePanel.tsx';
import { useModels } from '../data.ts';
import { useSidePanel } from '../useSidePanel.ts';
import { BlindResult } from './BlindResult.tsx';
import classes from './BlindTab.module.css';
import { useBlindTest } from './data.ts';
import { Judging } from './Judging.tsx';
import { NewTest } from './NewTest.tsx';
import { TestsPanel } from './TestsPanel.tsx';

/** Which answers people prefer when they do not know whose they are. */
export function BlindTab({ id }: { id: string | null }) {
  const { models } = useModels();
  const { test, problem, retry } = useBlindTest(id);
  const panel = useSidePanel();
  const show = useCallback((next: string | null) => go({ screen: 'compare', id: next, tab: 'blind' }), []);
  const { toggle } = panel;
  const commands = useMemo(
    (): Command[] => [
      { id: 'blind.tests', title: 'Show or hide blind tests', group: 'Blind', keys: 'h', run: toggle },
      { id: 'blind.new', title: 'Start a new blind test', group: 'Blind', keys: 'n', run: () => show(null) },
    ],
    [toggle, show],
  );
  useCommands(commands);
  const showTests = <ShowPanel panel={panel} plural="blind tests" />;
  return (
    <div className={classes.page}>
      {panel.isOpen && <TestsPanel open={id} onOpen={show} onHide={panel.toggle} />}
      <div className={classes.main}>
        {id === null ? (
          <>
            <div className={classes.setup}>
              {showTests}
              <ModelChips models={models} />
            </div>
            <NewTest onStarted={show} />
          </>
        ) : problem && test === undefined ? (
          <div className={classes.padded}>
            {showTests}
            <FailedState
              title="The blind test could not be opened"
              retry={retry}
              action={
                <Button variant="default" onClick={() => show(null)}>
                  Start a new one
                </Button>
              }
            >
              {problem.message}
            </FailedState>
          </div>
        ) : test === undefined ? (
          <div className={classes.padded}>
            {showTests}
            <SkeletonRows rows={8} label="Opening the blind test" />
          </div>
        ) : test.result === null ? (
          <Judging test={test}>{showTests}</Judging>
        ) : (
          <BlindResult test={test} result={test.result}>
            {showTests}
          </BlindResult>
        )}
      </div>
    </div>
  );
}
