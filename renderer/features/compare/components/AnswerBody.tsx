import { Skeleton } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import { FailedState, ProgressLine, type TokenMark, TokenText } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import type { AnswerView } from '../../../ui-state/index.ts';
import type { ShownCell } from '../live.ts';
import classes from './Answers.module.css';
import { DifferenceText } from './DifferenceText.tsx';

interface Props {
  cell: ShownCell;
  name: string;
  /** The app ended in the middle: what waits is not on its way. */
  interrupted: boolean;
  reference: ShownCell | undefined;
  view: AnswerView;
  marks: readonly TokenMark[];
  cursor: number | null;
  onCursor(index: number | null, token: HTMLElement | null): void;
  onRunAgain(): void;
}

/** The answer itself, in whichever state it is. */
export function AnswerBody({ cell, name, interrupted, reference, view, marks, cursor, onCursor, onRunAgain }: Props) {
  const body = useRef<HTMLDivElement>(null);
  const tokenAt = (index: number) => body.current?.querySelector<HTMLElement>(`[data-token="${index}"]`) ?? null;

  function move(event: KeyboardEvent) {
    const last = cell.tokens.length - 1;
    if (last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const from = cursor ?? -1;
    const target = { ArrowRight: from + 1, ArrowLeft: from < 0 ? last : from - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Escape' && cursor !== null) {
      onCursor(null, null);
      event.stopPropagation();
      return;
    }
    if (target === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(last, target));
    const token = tokenAt(index);
    token?.scrollIntoView({ block: 'nearest' });
    onCursor(index, token);
  }

  const differing = view === 'difference' && reference !== undefined && cell.column > 0 && cell.tokens.length > 0;
  return (
    <div className={classes.body} ref={body}>
      {cell.state === 'failed' && (
        <div className={classes.failure}>
          <FailedState
            title="This answer failed"
            kept={
              cell.tokens.length > 0
                ? `${plural(cell.tokens.length, 'token')} that came before it are kept. The other columns went on.`
                : 'The other columns went on.'
            }
            retry={onRunAgain}
          >
            {cell.error?.message ?? 'The engine gave no reason.'}
          </FailedState>
        </div>
      )}
      {cell.state === 'loading' && (
        <ProgressLine
          label={`Loading ${name}`}
          share={cell.loadProgress}
          detail={
            cell.loadProgress === null
              ? 'Starting the engine'
              : `Loading the model, ${Math.round(cell.loadProgress * 100)} %`
          }
        />
      )}
      {cell.state === 'waiting' && (
        <p className={classes.waiting}>{interrupted ? 'Not answered: the app ended before' : 'Waiting for its turn'}</p>
      )}
      {((cell.state === 'waiting' && !interrupted) || (cell.state === 'loading' && cell.tokens.length === 0)) && (
        <div className={classes.lines} aria-hidden="true">
          <Skeleton height={10} width="88%" />
          <Skeleton height={10} width="72%" />
          <Skeleton height={10} width="80%" />
        </div>
      )}
      {cell.state === 'running' && cell.tokens.length === 0 && (
        <ProgressLine label={`${name} reads the prompt`} share={null} detail="Reading the prompt" />
      )}
      {cell.tokens.length > 0 && (
        <article
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk through its tokens
          tabIndex={0}
          aria-label={`Answer of ${name}. Left and right arrows move from token to token.`}
          className={classes.tokens}
          onKeyDown={move}
          onBlur={() => onCursor(null, null)}
          onPointerOver={(event) => {
            const token =
              event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-token]') : null;
            if (token) onCursor(Number(token.dataset.token), token);
          }}
          onPointerLeave={() => onCursor(null, null)}
        >
          {differing ? (
            <DifferenceText reference={reference.text} candidate={cell.text} unfinished={cell.state !== 'done'} />
          ) : (
            <TokenText
              tokens={cell.tokens}
              colours={view === 'surprise' ? 'surprise' : 'plain'}
              marks={marks}
              cursor={cursor}
            />
          )}
        </article>
      )}
      {cell.state === 'done' && cell.tokens.length === 0 && (
        <p className="dim">The model ended at once: an empty answer.</p>
      )}
      {cell.state === 'cancelled' && (
        <p className={classes.ended}>
          Cancelled{cell.tokens.length > 0 ? `; ${plural(cell.tokens.length, 'token')} kept` : ''}.
        </p>
      )}
    </div>
  );
}
