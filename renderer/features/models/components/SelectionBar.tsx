import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Columns3, FileDiff, Layers2, X } from 'lucide-react';
import type { Variant } from '../../../../preload/contract/models.ts';
import { plural } from '../../../lib/numbers.ts';
import { go, quantize } from '../../../ui-state/index.ts';
import { change } from '../state.ts';
import classes from './SelectionBar.module.css';
import { TagMenu } from './TagMenu.tsx';

interface Props {
  selected: readonly Variant[];
  onCompare(variants: readonly Variant[]): void;
  onForget(variants: readonly Variant[]): void;
}

/** What can be done with the models that are ticked. */
export function SelectionBar({ selected, onCompare, onForget }: Props) {
  const [one, other] = selected;
  const usable = selected.filter(({ state }) => state === 'ready');
  return (
    <section className={classes.bar} aria-label="With the selected models">
      <span className={classes.count}>{plural(selected.length, 'model')} selected</span>
      <Tooltip
        label={
          selected.length > 8
            ? 'A comparison has at most 8 columns: the first 8 are taken'
            : 'The first is the reference'
        }
      >
        <Button leftSection={<Columns3 size={14} />} disabled={usable.length === 0} onClick={() => onCompare(usable)}>
          Compare these
        </Button>
      </Tooltip>
      <Tooltip label="Metadata, chat template, special tokens, vocabulary and tensors of exactly two files">
        <Button
          variant="default"
          leftSection={<FileDiff size={14} />}
          data-disabled={selected.length !== 2 || undefined}
          aria-disabled={selected.length !== 2}
          onClick={() => {
            if (selected.length === 2 && one && other) go({ screen: 'models', id: one.id, other: other.id });
          }}
        >
          Show differences
        </Button>
      </Tooltip>
      <Tooltip label="Several types as one job, from exactly one file">
        <Button
          variant="default"
          leftSection={<Layers2 size={14} />}
          data-disabled={usable.length !== 1 || undefined}
          aria-disabled={usable.length !== 1}
          onClick={() => {
            const [only] = usable;
            if (usable.length === 1 && only) quantize(only.id);
          }}
        >
          Quantize to…
        </Button>
      </Tooltip>
      <TagMenu variants={selected} />
      <Button variant="default" onClick={() => onForget(selected)}>
        Take off the list
      </Button>
      <span className={classes.space} />
      <ActionIcon onClick={() => change({ selected: new Set() })} aria-label="Select none">
        <X size={14} />
      </ActionIcon>
    </section>
  );
}
