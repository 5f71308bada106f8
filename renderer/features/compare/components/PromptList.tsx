import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { isDeleted } from '../../../../preload/contract/errors.ts';
import { VariantMarker } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { useVariantSlots } from '../../../ui-state/index.ts';
import { cellsOf, type ShownCell, type ShownComparison } from '../live.ts';
import classes from './PromptList.module.css';

interface Props {
  comparison: ShownComparison;
  prompt: number;
  onChoose(prompt: number): void;
}

/** The prompts of a list; each says how every candidate's answer stands to the reference's. Only those in sight are on the page. */
export function PromptList({ comparison, prompt, onChoose }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const slotOf = useVariantSlots(comparison.columns.map((column) => column.modelId ?? column.reference));
  const { prompts } = comparison.settings;
  const virtualizer = useVirtualizer({
    count: prompts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 44,
    overscan: 6,
    // The chosen one stays on the page wherever the list is scrolled to, so that the focus is not lost with it.
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), prompt])].sort((a, b) => a - b),
  });

  useEffect(() => {
    virtualizer.scrollToIndex(prompt, { align: 'auto' });
    const { current: list } = scroller;
    // Who walks through the list with the focus in it takes the focus along.
    if (list?.contains(document.activeElement))
      list.querySelector<HTMLElement>('[aria-current]')?.focus({ preventScroll: true });
  }, [prompt, virtualizer]);

  return (
    <nav className={classes.list} aria-label="Prompts">
      <h2>{plural(comparison.promptCount, 'prompt')}</h2>
      <div className={classes.scroller} ref={scroller}>
        <ol style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <li
              key={index}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={prompts.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              <button type="button" aria-current={index === prompt || undefined} onClick={() => onChoose(index)}>
                <span className={classes.number}>{index + 1}</span>
                <span className={classes.excerpt}>
                  {prompts[index] === '' ? 'Deleted in Prompts' : prompts[index]?.slice(0, 160)}
                </span>
                <span className={classes.states}>
                  {cellsOf(comparison, index)
                    .filter((cell) => cell.column > 0)
                    .map((cell) => {
                      const column = comparison.columns[cell.column];
                      const state = stateOf(cell);
                      return (
                        <span
                          key={cell.column}
                          className={classes.state}
                          data-kind={state.kind}
                          title={`${column?.quantization}: ${state.words}`}
                        >
                          <VariantMarker slot={slotOf(column?.modelId ?? column?.reference ?? '')} size={7} />
                          {state.short}
                          <span className="visually-hidden">
                            {column?.quantization}: {state.words}
                          </span>
                        </span>
                      );
                    })}
                </span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </nav>
  );
}

function stateOf(cell: ShownCell): { kind: string; short: string; words: string } {
  if (cell.state === 'failed') return { kind: 'failed', short: 'failed', words: 'failed' };
  if (isDeleted(cell)) return { kind: 'cancelled', short: '–', words: 'deleted in Prompts' };
  if (cell.state === 'cancelled') return { kind: 'cancelled', short: '–', words: 'cancelled' };
  if (cell.firstDivergence !== null)
    return {
      kind: 'differs',
      short: String(cell.firstDivergence + 1),
      words: `differs from token ${cell.firstDivergence + 1}`,
    };
  if (cell.state === 'done') return { kind: 'identical', short: '=', words: 'identical' };
  return { kind: 'waiting', short: '…', words: cell.state };
}
