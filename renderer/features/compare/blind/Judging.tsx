import { Button, Group, Modal } from '@mantine/core';
import { Eye, Undo2 } from 'lucide-react';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { BlindOutcome, BlindTest } from '../../../../preload/contract/blind.ts';
import { EmptyState, Keys, Notice, ProgressLine } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { type Command, useCommands } from '../../../ui-state/index.ts';
import classes from './BlindTab.module.css';
import { useBlindCommands } from './data.ts';

const choices = [
  { outcome: 'left', keys: '1', label: 'Left is better' },
  { outcome: 'right', keys: '2', label: 'Right is better' },
  { outcome: 'tie', keys: '3', label: 'Tie' },
] as const satisfies { outcome: BlindOutcome; keys: string; label: string }[];

/** One pair at a time, one decision a key. */
export function Judging({ test, children }: { test: BlindTest; children: ReactNode }) {
  const { judge, undo, reveal } = useBlindCommands(test.id);
  const pair = test.next?.pair ?? null;
  const isBusy = judge.isPending || undo.isPending;
  const decide = useCallback(
    (outcome: BlindOutcome) => {
      if (pair !== null && !isBusy) judge.mutate({ pair, outcome });
    },
    [pair, isBusy, judge.mutate],
  );
  const takeBack = useCallback(() => {
    if (test.judged > 0 && !isBusy) undo.mutate();
  }, [test.judged, isBusy, undo.mutate]);
  const left = test.total - test.judged;
  const [isAsking, setIsAsking] = useState(false);
  const end = useCallback(() => {
    if (left === 0 && test.waiting === 0) reveal.mutate();
    else setIsAsking(true);
  }, [left, test.waiting, reveal.mutate]);
  useJudgingCommands({ decide, takeBack, end, canJudge: pair !== null, canUndo: test.judged > 0 });

  return (
    <>
      <div className={classes.bar}>
        {children}
        <div className={classes.progress}>
          <ProgressLine
            label="Pairs judged"
            share={test.total === 0 ? null : test.judged / test.total}
            detail={[
              `${test.judged} of ${plural(test.total, 'pair')} judged`,
              ...(test.asked !== null && test.asked > test.total && test.waiting === 0
                ? [`${test.asked} were asked for`]
                : []),
              ...(test.identical > 0 ? [`${test.identical} identical, not asked`] : []),
              ...(test.waiting > 0 ? [`${plural(test.waiting, 'answer')} to come`] : []),
              ...(test.failed > 0 ? [`${plural(test.failed, 'answer')} failed`] : []),
            ].join(', ')}
          />
        </div>
        <span className={classes.space} />
        <Button
          variant="default"
          leftSection={<Undo2 size={14} />}
          rightSection={<Keys keys="u" />}
          disabled={test.judged === 0}
          onClick={takeBack}
        >
          Undo
        </Button>
        <Button variant="default" leftSection={<Eye size={14} />} disabled={test.judged === 0} onClick={end}>
          Show the names
        </Button>
      </div>
      {test.gone > 0 && (
        <div className={classes.padded}>
          <Notice kind="info">
            {plural(test.gone, 'comparison')} of this test {test.gone === 1 ? 'was' : 'were'} deleted. What was judged
            of
            {test.gone === 1 ? ' it' : ' them'} still counts.
          </Notice>
        </div>
      )}
      {test.next === null ? (
        <EmptyState
          icon={Eye}
          title={
            test.waiting > 0
              ? 'The next answers are on their way'
              : test.judged > 0
                ? 'Every pair is judged'
                : 'Nothing to judge'
          }
          action={test.judged > 0 && test.waiting === 0 && <Button onClick={end}>Show the names</Button>}
        >
          {test.waiting > 0
            ? `${plural(test.waiting, 'answer')} to come; the next pair stands here as soon as it is there.`
            : test.judged > 0
              ? 'The names end the test and show what your choices say, with intervals.'
              : test.identical > 0
                ? `All ${test.identical} pairs have the same words, so there is nothing to choose between.`
                : 'No two answers to the same prompt are there.'}
        </EmptyState>
      ) : (
        <div className={classes.judging} aria-busy={isBusy}>
          <section className={classes.prompt} aria-label="Prompt">
            {test.next.system !== null && <p className={classes.system}>{test.next.system}</p>}
            <p>{test.next.prompt}</p>
          </section>
          <div className={classes.answers}>
            {(['left', 'right'] as const).map((side) => (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a long answer is scrolled by the keyboard
              <article key={side} className={classes.answer} aria-label={`Answer on the ${side}`} tabIndex={0}>
                {test.next?.[side]}
              </article>
            ))}
          </div>
          <div className={classes.choose}>
            {[choices[0], choices[2], choices[1]].map(({ outcome, keys, label }) => (
              <Button
                key={outcome}
                variant={outcome === 'tie' ? 'default' : 'filled'}
                rightSection={<Keys keys={keys} />}
                onClick={() => decide(outcome)}
              >
                {label}
              </Button>
            ))}
          </div>
          <p className="visually-hidden" role="status">
            {test.judged} judged, {left} to go
          </p>
        </div>
      )}
      <Modal opened={isAsking} onClose={() => setIsAsking(false)} title="Show the names and end the test?">
        <p>
          {plural(left, 'pair')} {left === 1 ? 'is' : 'are'} not judged yet. Once the names are known, nothing more can
          be judged blind.
        </p>
        <Group justify="flex-end" gap={8} mt={16}>
          <Button variant="default" onClick={() => setIsAsking(false)} data-autofocus>
            Go on judging
          </Button>
          <Button loading={reveal.isPending} onClick={() => reveal.mutate()}>
            Show the names
          </Button>
        </Group>
      </Modal>
    </>
  );
}

interface Actions {
  decide(outcome: BlindOutcome): void;
  takeBack(): void;
  end(): void;
  canJudge: boolean;
  canUndo: boolean;
}

function useJudgingCommands({ decide, takeBack, end, canJudge, canUndo }: Actions): void {
  const commands = useMemo(() => {
    const list: Command[] = [];
    if (canJudge)
      for (const { outcome, keys, label } of choices)
        list.push({ id: `blind.${outcome}`, title: label, group: 'Blind', keys, run: () => decide(outcome) });
    if (canUndo)
      list.push(
        { id: 'blind.undo', title: 'Undo the last judgement', group: 'Blind', keys: 'u', run: takeBack },
        { id: 'blind.reveal', title: 'Show the names and end the test', group: 'Blind', keywords: 'reveal', run: end },
      );
    return list;
  }, [decide, takeBack, end, canJudge, canUndo]);
  useCommands(commands);
}
