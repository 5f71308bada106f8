import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Dices, Pencil, Play } from 'lucide-react';
import { useState } from 'react';
import { failureOf } from '../../../api/index.ts';
import { NameInput } from '../../../design/index.ts';
import { counted, moment, plural } from '../../../lib/numbers.ts';
import { type AnswerView, prefer, usePreferences } from '../../../ui-state/index.ts';
import { useRenameComparison, useResumeJob } from '../data.ts';
import { isUnderWay, type ShownComparison } from '../live.ts';
import type { Exports } from '../useExports.ts';
import { ExportMenu } from './ExportMenu.tsx';
import classes from './ResultBar.module.css';
import { SurpriseLegend } from './SurpriseLegend.tsx';

const views = [
  { value: 'plain', label: 'Plain' },
  { value: 'surprise', label: 'Probability' },
  { value: 'difference', label: 'Word diff' },
] satisfies { value: AnswerView; label: string }[];

interface Props {
  comparison: ShownComparison;
  exports: Exports;
  onReseed(): void;
}

/** What is shown, how it is coloured, and what can be done with it. */
export function ResultBar({ comparison, exports, onReseed }: Props) {
  const view = usePreferences((preferences) => preferences.view);
  const greedy = (comparison.settings.sampler?.temperature ?? 0) === 0;
  return (
    <div className={classes.bar}>
      <Name comparison={comparison} />
      <span className={classes.state} aria-live="polite">
        {stateWords(comparison)}
      </span>
      {comparison.interrupted && <Resume jobId={comparison.jobId} />}
      <div className={classes.right}>
        {view === 'surprise' && <SurpriseLegend />}
        <SegmentedControl
          aria-label="Show answers as"
          value={view}
          onChange={(value) => prefer({ view: value as AnswerView })}
          data={views}
        />
        <Tooltip
          label={
            greedy
              ? 'At temperature 0 the seed changes nothing. Raise the temperature in the sampler first.'
              : 'Run again with a new random seed'
          }
        >
          <Button
            variant="default"
            leftSection={<Dices size={14} />}
            aria-label="New seed"
            className={classes.foldable}
            onClick={onReseed}
            aria-disabled={greedy}
            data-disabled={greedy || undefined}
          >
            <span className={classes.word}>New seed</span>
          </Button>
        </Tooltip>
        <ExportMenu exports={exports} />
      </div>
    </div>
  );
}

function stateWords(comparison: ShownComparison): string {
  const failed = comparison.cells.filter((cell) => cell.state === 'failed').length;
  const soFar = `${counted(comparison.done)} of ${plural(comparison.total, 'answer')}`;
  if (comparison.interrupted) return `${soFar}, interrupted`;
  const parts = isUnderWay(comparison)
    ? [soFar]
    : comparison.done === comparison.total
      ? [plural(comparison.total, 'answer')]
      : comparison.done + failed === comparison.total
        ? [soFar]
        : [`${soFar}, ended early`];
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(', ');
}

/** Goes on with what is not answered yet. */
function Resume({ jobId }: { jobId: string | null }) {
  const resume = useResumeJob();
  if (jobId === null) return null;
  return (
    <Button
      leftSection={<Play size={12} fill="currentColor" />}
      loading={resume.isPending}
      onClick={() =>
        resume.mutate(jobId, {
          onError: (error) =>
            notifications.show({
              title: 'The comparison could not go on',
              message: failureOf(error).message,
              color: 'red',
              autoClose: 12_000,
            }),
        })
      }
    >
      Resume
    </Button>
  );
}

function Name({ comparison }: { comparison: ShownComparison }) {
  const rename = useRenameComparison();
  const [text, setText] = useState<string | null>(null);
  if (text !== null) {
    const finish = () => {
      const name = text.trim();
      if (name !== (comparison.name ?? '')) rename.mutate({ id: comparison.id, name: name === '' ? null : name });
      setText(null);
    };
    return (
      <NameInput
        aria-label="Name of this comparison"
        placeholder="Name it to find it again"
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish();
          if (event.key === 'Escape') setText(null);
        }}
        onBlur={finish}
        autoFocus
      />
    );
  }
  return (
    <h2 className={classes.name}>
      <span>{comparison.name ?? `Comparison of ${moment(comparison.createdAt)}`}</span>
      <Tooltip label={comparison.name === null ? 'Save under a name' : 'Rename'}>
        <ActionIcon
          size={24}
          onClick={() => setText(comparison.name ?? '')}
          aria-label={comparison.name === null ? 'Save under a name' : 'Rename'}
        >
          <Pencil size={13} />
        </ActionIcon>
      </Tooltip>
    </h2>
  );
}
