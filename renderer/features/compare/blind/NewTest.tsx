import { Button, Checkbox, NumberInput, SegmentedControl, Textarea } from '@mantine/core';
import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Notice, SkeletonRows } from '../../../design/index.ts';
import { counted, moment, plural } from '../../../lib/numbers.ts';
import { draft, prefer, useDraft, usePreferences } from '../../../ui-state/index.ts';
import { useHistory } from '../data.ts';
import { inputOf } from '../settings.ts';
import classes from './BlindTab.module.css';
import { useStartBlind } from './data.ts';

/** What to judge: answers that are there, or answers to new prompts. */
export function NewTest({ onStarted }: { onStarted(id: string): void }) {
  const [wanted, setWanted] = useState<'saved' | 'fresh' | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const preferences = usePreferences();
  const written = useDraft();
  const { comparisons } = useHistory();
  const start = useStartBlind();
  const usable = comparisons?.filter(({ columns, done }) => columns.length > 1 && done > 1);
  const source = wanted ?? (usable?.length === 0 ? 'fresh' : 'saved');
  const asked = inputOf({ ...preferences, splitting: 'lines' }, written, null);
  const missing =
    source === 'saved'
      ? chosen.length === 0
        ? 'Choose at least one comparison.'
        : null
      : (asked.missing ?? (preferences.models.length < 2 ? 'Add a candidate: a choice needs two models.' : null));

  const there =
    source === 'saved'
      ? usable === undefined || chosen.length === 0
        ? null
        : pairsIn(usable.filter(({ id }) => chosen.includes(id)).map((one) => [one.promptCount, one.columns.length]))
      : asked.input === null
        ? null
        : pairsIn([[asked.input.prompts.length, preferences.models.length]]);

  function begin() {
    if (missing !== null) return;
    const input = source === 'saved' ? { comparisons: chosen } : asked.input === null ? null : { fresh: asked.input };
    const pairs = preferences.blindPairs ?? undefined;
    if (input !== null) start.mutate({ ...input, pairs }, { onSuccess: ({ id }) => onStarted(id) });
  }

  return (
    <section className={classes.newTest} aria-label="New blind test">
      <h2>New blind test</h2>
      <p className="dim">
        Two answers to the same prompt, no names, sides by chance. Choose the better one of every pair; then the names
        are shown, with a score for each model and its interval. From six choices on something can be told; of 20 with
        no tie, 15 for one model tell it apart. A test that is ended early says so.
      </p>
      <SegmentedControl
        aria-label="Answers to judge"
        value={source}
        onChange={(value) => setWanted(value === 'fresh' ? 'fresh' : 'saved')}
        data={[
          { value: 'saved', label: 'Saved comparisons' },
          { value: 'fresh', label: 'New prompts' },
        ]}
      />
      {source === 'saved' ? (
        usable === undefined ? (
          <SkeletonRows rows={4} label="Reading the comparisons" />
        ) : usable.length === 0 ? (
          <p className="dim">No comparison with answers of two models yet. Write new prompts instead.</p>
        ) : (
          <Checkbox.Group value={chosen} onChange={setChosen} aria-label="Comparisons">
            <ul className={classes.choices}>
              {usable.map((one) => (
                <li key={one.id}>
                  <Checkbox
                    value={one.id}
                    label={
                      <span className={classes.choice}>
                        <span className={classes.excerpt}>{one.name ?? one.excerpt}</span>
                        <span className={classes.about}>
                          {one.columns.map(({ quantization }) => quantization).join(' · ')},{' '}
                          {plural(one.promptCount, 'prompt')}, {moment(one.createdAt)}
                        </span>
                      </span>
                    }
                  />
                </li>
              ))}
            </ul>
          </Checkbox.Group>
        )
      ) : (
        <Textarea
          aria-label="Prompts, one a line"
          placeholder="One prompt a line. The chosen models answer them now; judging begins with the first two answers."
          value={written.text}
          onChange={(event) => draft({ text: event.currentTarget.value })}
          autosize
          minRows={4}
          maxRows={10}
        />
      )}
      <NumberInput
        className={classes.pairs}
        label="Pairs to judge"
        description={`Decided now, so that the end does not follow from who leads. Empty: all.${there === null ? '' : ` ${there === 1 ? 'At most one is' : `At most ${counted(there)} are`} there.`}`}
        min={1}
        max={10_000}
        allowDecimal={false}
        allowNegative={false}
        value={preferences.blindPairs ?? ''}
        onChange={(value) => prefer({ blindPairs: typeof value === 'number' && value >= 1 ? value : null })}
      />
      {start.problem && <Notice kind="bad">{start.problem.message}</Notice>}
      <div className={classes.begin}>
        <Button
          leftSection={<EyeOff size={14} />}
          onClick={begin}
          loading={start.isPending}
          data-disabled={missing !== null || undefined}
          aria-disabled={missing !== null}
        >
          Start blind test
        </Button>
        {missing !== null && <span className="dim">{missing}</span>}
      </div>
    </section>
  );
}

/** Every two models to every prompt. */
function pairsIn(of: [prompts: number, models: number][]): number {
  return of.reduce((sum, [prompts, models]) => sum + (prompts * models * (models - 1)) / 2, 0);
}
