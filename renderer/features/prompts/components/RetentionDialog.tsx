import { Button, Checkbox, Modal, NumberInput, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Notice } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { useRetention, useRetentionPreview } from '../data.ts';
import type { Retention } from '../shapes.ts';
import classes from './HistoryTab.module.css';

const choices = [
  { value: 'all', label: 'Everything' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'other', label: 'Other…' },
];

/** How long the history is kept; says what a rule would delete before it is set. */
export function RetentionDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="How long to keep the history">
      <Form onDone={onClose} />
    </Modal>
  );
}

function Form({ onDone }: { onDone(): void }) {
  const { rule, set, problem } = useRetention();
  const [next, setNext] = useState<Retention>({ keepDays: null, keepMarked: true });
  const [isOther, setIsOther] = useState(false);
  useEffect(() => {
    if (rule === undefined) return;
    setNext(rule);
    setIsOther(rule.keepDays !== null && !choices.some(({ value }) => value === String(rule.keepDays)));
  }, [rule]);
  const preview = useRetentionPreview(next);
  const { keepDays, keepMarked } = next;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate(next, { onSuccess: onDone });
      }}
    >
      <Select
        label="Keep"
        comboboxProps={{ withinPortal: false }}
        value={isOther ? 'other' : keepDays === null ? 'all' : String(keepDays)}
        onChange={(value) => {
          setIsOther(value === 'other');
          if (value === 'all') setNext({ ...next, keepDays: null });
          else setNext({ ...next, keepDays: value === 'other' ? (keepDays ?? 180) : Number(value) });
        }}
        data={choices}
      />
      {isOther && (
        <NumberInput
          label="Days"
          min={1}
          max={36_500}
          allowDecimal={false}
          value={keepDays ?? 180}
          onChange={(days) => {
            if (typeof days === 'number' && days >= 1)
              setNext({ ...next, keepDays: Math.min(36_500, Math.floor(days)) });
          }}
        />
      )}
      <Checkbox
        label="Keep what has a tag or a note all the same"
        checked={keepMarked}
        disabled={keepDays === null}
        onChange={(event) => setNext({ ...next, keepMarked: event.currentTarget.checked })}
      />
      <div role="status">
        {keepDays === null ? (
          <Notice kind="info">Nothing is deleted by itself.</Notice>
        ) : (
          preview && (
            <Notice kind={preview.entries > 0 ? 'caution' : 'info'}>
              {preview.entries === 0
                ? `Nothing is older than ${plural(keepDays, 'day')} today.`
                : `This deletes ${plural(preview.entries, 'answer')} now, for good, and the comparisons that lose all of theirs (${preview.comparisons} at most).`}{' '}
              The rule is applied at each unlock and once a day, and each deletion is in the audit log. Backups keep
              what they hold.
            </Notice>
          )
        )}
      </div>
      {problem && <Notice kind="bad">{problem.message}</Notice>}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" loading={set.isPending} color={preview && preview.entries > 0 ? 'red' : undefined}>
          {preview && preview.entries > 0 && keepDays !== null
            ? `Delete ${preview.entries} and keep ${plural(keepDays, 'day')}`
            : 'Set the rule'}
        </Button>
      </div>
    </form>
  );
}
