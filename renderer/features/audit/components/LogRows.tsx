import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import type { AuditEntry } from '../../../../preload/contract/audit.ts';
import { counted } from '../../../lib/numbers.ts';
import { exactMoment, factWords, markOf, outcomeWords } from '../words.ts';
import classes from './LogRows.module.css';
import { OutcomeMark } from './OutcomeMark.tsx';

const rowHeight = 30;

interface Props {
  entries: readonly AuditEntry[];
  hasMore: boolean;
  active: number;
  onActive(index: number): void;
  onOpen(index: number): void;
  /** The end of what is known is in view. */
  onEnd(): void;
}

/** The chain, newest first: only the rows in view are there. */
export function LogRows({ entries, hasMore, active, onActive, onOpen, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { length } = entries;
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 16,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when other rows come into view, or more are known
  useEffect(() => {
    if (hasMore && last >= length - 40) onEnd();
  }, [last, length, hasMore]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows what is chosen
  useEffect(() => {
    if (active >= 0 && active < length) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active]);

  return (
    <div
      ref={scroller}
      className={classes.rows}
      role="listbox"
      aria-label="Entries"
      aria-activedescendant={active >= 0 && active < length ? `entry-${active}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => {
        const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 };
        const by = moves[event.key];
        if (by !== undefined) onActive(Math.max(0, Math.min(length - 1, active + by)));
        else if (event.key === 'Home') onActive(0);
        else if (event.key === 'End') onActive(length - 1);
        else if (event.key === 'Enter') onOpen(active);
        else return;
        event.preventDefault();
      }}
    >
      <div role="presentation" className={classes.all} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const entry = entries[index];
          return (
            entry !== undefined && (
              <Row
                key={entry.sequence}
                entry={entry}
                index={index}
                start={start}
                setSize={hasMore ? -1 : length}
                isActive={index === active}
                onActive={onActive}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  entry: AuditEntry;
  index: number;
  start: number;
  setSize: number;
  isActive: boolean;
  onActive(index: number): void;
}

const Row = memo(function Row({ entry, index, start, setSize, isActive, onActive }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      id={`entry-${index}`}
      aria-posinset={index + 1}
      aria-setsize={setSize}
      className={classes.row}
      style={{ transform: `translateY(${start}px)`, height: rowHeight }}
      data-active={isActive || undefined}
      onClick={() => onActive(index)}
    >
      <span className={classes.number}>{counted(entry.sequence)}</span>
      <span className={classes.when}>{exactMoment(entry.at)}</span>
      <span className={classes.action}>{entry.action}</span>
      <span className={classes.outcome} data-mark={markOf(entry)}>
        <OutcomeMark mark={markOf(entry)} />
        <span>{outcomeWords(entry)}</span>
      </span>
      <span className={classes.person} title={`${entry.person}, ${entry.home}`}>
        {entry.person}
      </span>
      <span className={classes.facts}>{factWords(entry)}</span>
    </div>
  );
});

/** Above the rows, in the same columns. */
export function RowHeads() {
  return (
    <div className={classes.heads} aria-hidden="true">
      <span className={classes.number}>Entry</span>
      <span>When</span>
      <span>Action</span>
      <span>Outcome</span>
      <span className={classes.person}>Person</span>
      <span className={classes.facts}>Facts</span>
    </div>
  );
}
