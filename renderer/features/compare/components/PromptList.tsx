import { useEffect, useMemo, useRef } from 'react';
import type { Cell, Comparison } from '../../../../preload/contract/compare.ts';
import { VariantMarker } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import { useVariantSlots } from '../../../ui-state/index.ts';
import classes from './PromptList.module.css';

interface Props {
  comparison: Comparison;
  prompt: number;
  onChoose(prompt: number): void;
}

/** The prompts of a list; each says how every candidate's answer stands to the reference's. */
export function PromptList({ comparison, prompt, onChoose }: Props) {
  const current = useRef<HTMLButtonElement>(null);
  const slotOf = useVariantSlots(comparison.columns.map((column) => column.modelId ?? column.reference));
  const byPrompt = useMemo(() => {
    const grouped = new Map<number, Cell[]>();
    for (const cell of comparison.cells) grouped.set(cell.prompt, [...(grouped.get(cell.prompt) ?? []), cell]);
    return grouped;
  }, [comparison.cells]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the choice
  useEffect(() => {
    current.current?.scrollIntoView({ block: 'nearest' });
  }, [prompt]);

  return (
    <nav className={classes.list} aria-label="Prompts">
      <h2>{plural(comparison.promptCount, 'prompt')}</h2>
      <ol>
        {comparison.settings.prompts.map((text, index) => (
          <li key={index}>
            <button
              type="button"
              ref={index === prompt ? current : undefined}
              aria-current={index === prompt || undefined}
              onClick={() => onChoose(index)}
            >
              <span className={classes.number}>{index + 1}</span>
              <span className={classes.excerpt}>{text.slice(0, 160)}</span>
              <span className={classes.states}>
                {byPrompt
                  .get(index)
                  ?.filter((cell) => cell.column > 0)
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
    </nav>
  );
}

function stateOf(cell: Cell): { kind: string; short: string; words: string } {
  if (cell.state === 'failed') return { kind: 'failed', short: 'failed', words: 'failed' };
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
