import { ActionIcon, Tooltip } from '@mantine/core';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Keys } from '../../../design/index.ts';
import classes from './Messages.module.css';

interface Props {
  /** What there are several of: turn, answer. */
  what: string;
  at: number;
  count: number;
  onMove(by: -1 | 1): void;
}

/** Which of the messages that stand in the same place is looked at, and the way to the others. */
export function Versions({ what, at, count, onMove }: Props) {
  if (count < 2) return null;
  return (
    <fieldset className={classes.versions} aria-label={`${what} ${at + 1} of ${count}`}>
      <Tooltip label={<Keys keys="<" />}>
        <ActionIcon
          size={20}
          disabled={at === 0}
          onClick={() => onMove(-1)}
          aria-label={`Previous ${what.toLowerCase()}`}
        >
          <ChevronLeft size={13} />
        </ActionIcon>
      </Tooltip>
      <span aria-hidden="true">
        {at + 1}/{count}
      </span>
      <Tooltip label={<Keys keys=">" />}>
        <ActionIcon
          size={20}
          disabled={at === count - 1}
          onClick={() => onMove(1)}
          aria-label={`Next ${what.toLowerCase()}`}
        >
          <ChevronRight size={13} />
        </ActionIcon>
      </Tooltip>
    </fieldset>
  );
}
