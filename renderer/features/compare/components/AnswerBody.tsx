import { Skeleton } from '@mantine/core';
import { isDeleted } from '../../../../preload/contract/errors.ts';
import { FailedState, ProgressLine, type TokenMark, TokenText } from '../../../design/index.ts';
import { plural } from '../../../lib/numbers.ts';
import type { AnswerView } from '../../../ui-state/index.ts';
import type { ShownCell } from '../live.ts';
import classes from './Answers.module.css';
import { DifferenceText } from './DifferenceText.tsx';
import { WalkableTokens } from './WalkableTokens.tsx';

interface Props {
  cell: ShownCell;
  name: string;
  /** The store was locked or the app ended in the middle: what waits is not on its way. */
  interrupted: boolean;
  /** It stands in the only column. */
  isAlone: boolean;
  reference: ShownCell | undefined;
  view: AnswerView;
  marks: readonly TokenMark[];
  cursor: number | null;
  onCursor(index: number | null, token: HTMLElement | null): void;
  onRunAgain(): void;
}

/** The answer itself, in whichever state it is. */
export function AnswerBody({
  cell,
  name,
  interrupted,
  isAlone,
  reference,
  view,
  marks,
  cursor,
  onCursor,
  onRunAgain,
}: Props) {
  if (isDeleted(cell))
    return (
      <div className={classes.body}>
        <p className={classes.ended}>Deleted in Prompts.</p>
      </div>
    );
  const differing = view === 'difference' && reference !== undefined && cell.column > 0 && cell.tokens.length > 0;
  return (
    <div className={classes.body}>
      {cell.state === 'failed' && (
        <div className={classes.failure}>
          <FailedState title="This answer failed" kept={keptOf(cell, isAlone)} retry={onRunAgain}>
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
        <p className={classes.waiting}>
          {interrupted ? 'Not answered: the run was interrupted before' : 'Waiting for its turn'}
        </p>
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
        <WalkableTokens name={name} count={cell.tokens.length} cursor={cursor} onCursor={onCursor}>
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
        </WalkableTokens>
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

/** What a failure left standing; undefined: nothing. */
function keptOf({ tokens }: ShownCell, isAlone: boolean): string | undefined {
  const words = [];
  if (tokens.length > 0) words.push(`${plural(tokens.length, 'token')} that came before it are kept.`);
  if (!isAlone) words.push('The other columns went on.');
  return words.length > 0 ? words.join(' ') : undefined;
}
