import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { TokenMark } from '../../../design/index.ts';
import { copyText } from '../../../lib/desktop.ts';
import { draft, prefer, useDraft, usePreferences, useVariantSlots } from '../../../ui-state/index.ts';
import { cellsOf, isUnderWay, type ShownComparison } from '../live.ts';
import { verdictOf } from '../verdict.ts';
import { AnswerBody } from './AnswerBody.tsx';
import { AnswerHead } from './AnswerHead.tsx';
import classes from './Answers.module.css';
import { TokenInspector } from './TokenInspector.tsx';

interface Inspected {
  column: number;
  index: number;
  place: DOMRect;
}

interface Props {
  comparison: ShownComparison;
  prompt: number;
  onRunAgain(): void;
}

/** The columns, side by side in one scroll area, so that equal beginnings stand level. */
export function Answers({ comparison, prompt, onRunAgain }: Props) {
  const view = usePreferences((preferences) => preferences.view);
  const pinned = useDraft((written) => written.pinned);
  const scroller = useRef<HTMLElement>(null);
  const [inspected, setInspected] = useState<Inspected | null>(null);
  const cells = useMemo(() => cellsOf(comparison, prompt), [comparison, prompt]);
  const keys = comparison.columns.map((column) => column.modelId ?? column.reference);
  const slotOf = useVariantSlots(keys);
  const slots = keys.map(slotOf);
  const marks = useMarks(comparison, cells, slots.join());
  const reference = cells[0];

  const inspect = useCallback((column: number, index: number | null, token: HTMLElement | null) => {
    setInspected(
      index === null || token === null
        ? null
        : { column, index, place: token.getClientRects()[0] ?? token.getBoundingClientRect() },
    );
  }, []);

  useEffect(() => {
    const peers =
      inspected === null
        ? []
        : [
            ...(scroller.current?.querySelectorAll(
              `[data-column]:not([data-column="${inspected.column}"]) [data-token="${inspected.index}"]`,
            ) ?? []),
          ];
    const comparable = peers.filter((peer) =>
      isComparable(
        cells,
        inspected?.column ?? 0,
        Number(peer.closest('[data-column]')?.getAttribute('data-column')),
        inspected?.index ?? 0,
      ),
    );
    for (const peer of comparable) peer.classList.add('token-peer');
    return () => {
      for (const peer of comparable) peer.classList.remove('token-peer');
    };
  }, [inspected, cells]);

  function showDifference(column: number) {
    const at = cells[column]?.firstDivergence;
    const token =
      scroller.current?.querySelector(`[data-column="${column}"] [data-token="${at}"]`) ??
      scroller.current?.querySelector(`[data-column="${column}"] mark`);
    token?.scrollIntoView({ block: 'center', behavior: 'instant' });
  }

  return (
    <section
      className={classes.scroller}
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable from the keyboard
      tabIndex={0}
      aria-label="Answers"
      aria-busy={isUnderWay(comparison)}
      onScroll={() => setInspected(null)}
    >
      <div
        className={classes.columns}
        style={{ gridTemplateColumns: `repeat(${comparison.columns.length}, minmax(var(--column), 1fr))` }}
      >
        {comparison.columns.map((column, at) => {
          const cell = cells[at];
          if (cell === undefined) return null;
          const name = `${column.name} ${column.quantization}`;
          return (
            <section
              key={`${at} ${column.reference}`}
              className={classes.column}
              data-column={at}
              data-state={cell.state}
              aria-label={name}
            >
              <AnswerHead
                column={column}
                cell={cell}
                slot={slots[at] ?? 0}
                verdict={verdictOf(cell, reference)}
                pinned={pinned.includes(at)}
                onPin={() =>
                  draft({ pinned: pinned.includes(at) ? pinned.filter((one) => one !== at) : [...pinned, at] })
                }
                onCopy={() => void copyAnswer(cell.text)}
                onMakeReference={() =>
                  prefer({
                    models: [
                      column.reference,
                      ...comparison.settings.models.filter((model) => model !== column.reference),
                    ],
                  })
                }
                onShowDifference={() => showDifference(at)}
              />
              <AnswerBody
                cell={cell}
                name={name}
                interrupted={comparison.interrupted ?? false}
                isAlone={comparison.columns.length === 1}
                reference={reference}
                view={view}
                marks={marks[at] ?? noMarks}
                cursor={inspected?.column === at ? inspected.index : null}
                onCursor={(index, token) => inspect(at, index, token)}
                onRunAgain={onRunAgain}
              />
            </section>
          );
        })}
      </div>
      {inspected && (
        <TokenInspector
          place={inspected.place}
          index={inspected.index}
          columns={comparison.columns
            .map((column, at) => ({ at, column, slot: slots[at] ?? 0, token: cells[at]?.tokens.at(inspected.index) }))
            .filter(({ at }) => at === inspected.column || isComparable(cells, inspected.column, at, inspected.index))}
          inspected={inspected.column}
        />
      )}
    </section>
  );
}

const noMarks: TokenMark[] = [];

/** A candidate carries its own mark, the reference one for each candidate that parts from it. */
function useMarks(comparison: ShownComparison, cells: ShownComparison['cells'], slots: string): TokenMark[][] {
  const places = cells.map((cell) => cell.firstDivergence).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: places and slots say all of the cells that matters here
  return useMemo(() => {
    const slotOf = slots.split(',').map(Number);
    const byCandidate = cells.map((cell) => {
      if (cell.firstDivergence === null) return noMarks;
      return [
        { index: cell.firstDivergence, slot: slotOf[cell.column] ?? 0, words: 'First difference from the reference' },
      ];
    });
    byCandidate[0] = cells.flatMap((cell) => {
      const column = comparison.columns[cell.column];
      if (cell.firstDivergence === null || column === undefined) return [];
      return [
        {
          index: cell.firstDivergence,
          slot: slotOf[cell.column] ?? 0,
          words: `Here ${column.quantization} parts from it`,
        },
      ];
    });
    return byCandidate;
  }, [places, slots, comparison.columns]);
}

/** Places can be compared while everything before them is the same in both columns. */
function isComparable(cells: ShownComparison['cells'], one: number, other: number, index: number): boolean {
  return [one, other].every(
    (column) => column === 0 || (cells[column]?.firstDivergence ?? Number.POSITIVE_INFINITY) >= index,
  );
}

async function copyAnswer(text: string): Promise<void> {
  const copied = await copyText(text);
  notifications.show({
    message: copied ? 'Answer copied.' : 'The system did not allow copying. Select the text and copy it.',
  });
}
