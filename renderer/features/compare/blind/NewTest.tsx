import { Button, Checkbox, SegmentedControl, Textarea } from '@mantine/core';
import { EyeOff } from 'lucide-react';
import { useState } from 'react';
import { Notice, SkeletonRows } from '../../../design/index.ts';
import { moment, plural } from '../../../lib/numbers.ts';
import { draft, useDraft, usePreferences } from '../../../ui-state/index.ts';
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

  function begin() {
    if (missing !== null) return;
    const input = source === 'saved' ? { comparisons: chosen } : asked.input === null ? null : { fresh: asked.input };
    if (input !== null) start.mutate(input, { onSuccess: ({ id }) => onStarted(id) });
  }

  return (
    <section className={classes.newTest} aria-label="New blind test">
      <h2>New blind test</h2>
      <p className="dim">
        Two answers to the same prompt, no names, sides by chance. Choose the better one of every pair; then the names
        are shown, with a score for each model and its interval. From six choices on something can be told. A test that
        is ended early says so.
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
