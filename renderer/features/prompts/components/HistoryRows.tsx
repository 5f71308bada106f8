import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, NotebookPen } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { VariantMarker } from '../../../design/index.ts';
import { legible } from '../../../lib/legible.ts';
import { moment, significant } from '../../../lib/numbers.ts';
import type { HistoryEntry } from '../shapes.ts';
import type { HistoryList } from '../useHistoryList.ts';
import { variantOf } from '../variantOf.ts';
import classes from './HistoryRows.module.css';
import { Excerpt } from './Marked.tsx';

const rowHeight = 52;

interface Props extends Pick<HistoryList, 'hasMore' | 'at' | 'show'> {
  length: number;
  active: number;
  checked: ReadonlySet<string>;
  slotOf(model: string): number;
  onActive(index: number): void;
  onCheck(index: number): void;
  onOpen(): void;
}

/** The list itself: only the rows in view are there. */
export const HistoryRows = memo(function HistoryRows({ length, hasMore, at, show, active, checked, ...on }: Props) {
  const { slotOf, onActive, onCheck, onOpen } = on;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    // Who types a search looks at the top, and each row beyond it would come anew with every letter.
    overscan: (scroller.current?.scrollTop ?? 0) === 0 ? 2 : 8,
  });
  const items = virtual.getVirtualItems();
  const [from, to] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: when other rows come into view, or more are known
  useEffect(() => {
    show(from, to);
  }, [from, to, length, hasMore]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows what is chosen
  useEffect(() => {
    if (active >= 0 && active < length) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active]);

  return (
    <div
      ref={scroller}
      className={classes.rows}
      role="listbox"
      aria-label="Answers"
      aria-multiselectable="true"
      aria-activedescendant={active >= 0 && active < length ? `answer-${active}` : undefined}
      tabIndex={0}
      onKeyDown={(event) => {
        const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
        const by = moves[event.key];
        if (by !== undefined) onActive(Math.max(0, Math.min(length - 1, active + by)));
        else if (event.key === 'Home') onActive(0);
        else if (event.key === 'End') onActive(length - 1);
        else if (event.key === ' ') onCheck(active);
        else if (event.key === 'Enter') onOpen();
        else return;
        event.preventDefault();
      }}
    >
      <div role="presentation" className={classes.all} style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const entry = at(index);
          return (
            <Row
              key={index}
              index={index}
              start={start}
              entry={entry}
              setSize={hasMore ? -1 : length}
              isActive={index === active}
              isChecked={entry !== undefined && checked.has(entry.id)}
              slot={entry === undefined ? 0 : slotOf(variantOf(entry.model))}
              onActive={onActive}
              onCheck={onCheck}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
});

interface RowProps {
  index: number;
  start: number;
  entry: HistoryEntry | undefined;
  setSize: number;
  isActive: boolean;
  isChecked: boolean;
  slot: number;
  onActive(index: number): void;
  onCheck(index: number): void;
  onOpen(): void;
}

const Row = memo(function Row({ index, start, entry, setSize, isActive, isChecked, slot, ...on }: RowProps) {
  const place = { transform: `translateY(${start}px)`, height: rowHeight };
  const about = { id: `answer-${index}`, 'aria-posinset': index + 1, 'aria-setsize': setSize };
  if (entry === undefined)
    return (
      <div
        role="option"
        aria-selected={false}
        aria-label="On its way"
        tabIndex={-1}
        {...about}
        className={classes.row}
        style={place}
      >
        <span className={classes.coming} />
      </div>
    );
  const { prompt, answer, model, tags, hasNote, state, tokenCount, tokensPerSecond, at } = entry;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      role="option"
      aria-selected={isChecked}
      tabIndex={-1}
      {...about}
      className={classes.row}
      style={place}
      data-active={isActive || undefined}
      data-checked={isChecked || undefined}
      onClick={(event) => (event.ctrlKey || event.metaKey ? on.onCheck(index) : on.onActive(index))}
      onDoubleClick={on.onOpen}
    >
      {/* A second way for the mouse alone: the space bar does the same. */}
      <span
        className={classes.check}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          on.onCheck(index);
        }}
      >
        <span>{isChecked && <Check size={11} strokeWidth={3} />}</span>
      </span>
      <span className={classes.texts}>
        <span className={classes.prompt}>
          <Excerpt parts={prompt} />
        </span>
        <span className={classes.answer}>
          {state !== 'done' && <span className={classes.state}>{state}</span>}
          {hasNote && <NotebookPen size={11} aria-label="Has a note" className={classes.note} />}
          {tags.slice(0, 3).map((tag) => (
            <span key={tag} className={classes.tag}>
              {tag}
            </span>
          ))}
          <Excerpt parts={answer} />
        </span>
      </span>
      <span className={classes.model} title={legible(`${model.name} ${model.quantization}`)}>
        <VariantMarker slot={slot} size={8} />
        <span className={classes.name}>{legible(model.name)}</span>
        {model.quantization !== 'unknown' && <span className={classes.quantization}>{model.quantization}</span>}
      </span>
      <span className={classes.number}>{tokenCount ?? '–'}</span>
      <span className={classes.number}>{tokensPerSecond === null ? '–' : significant(tokensPerSecond)}</span>
      <span className={classes.when}>{moment(at)}</span>
    </div>
  );
});

/** Above the rows, in the same columns. */
export function RowHeads() {
  return (
    <div className={classes.heads} aria-hidden="true">
      <span />
      <span>Prompt and answer</span>
      <span className={classes.model}>Model</span>
      <span className={classes.number}>Tokens</span>
      <span className={classes.number}>Tokens/s</span>
      <span className={classes.when}>When</span>
    </div>
  );
}
