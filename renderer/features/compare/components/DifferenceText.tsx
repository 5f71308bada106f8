import { useMemo } from 'react';
import { wordDiff } from '../../../lib/wordDiff.ts';
import classes from './DifferenceText.module.css';

interface Props {
  reference: string;
  candidate: string;
  /** More may come, or would have come: what is missing at the end is no difference. */
  unfinished: boolean;
}

/** The candidate's words against the reference's: what came in, what is missing. */
export function DifferenceText({ reference, candidate, unfinished }: Props) {
  const parts = useMemo(() => wordDiff(reference, candidate, unfinished), [reference, candidate, unfinished]);
  return (
    <div className={classes.text}>
      {parts.map((part, index) => {
        if (part.kind === 'same') return <span key={index}>{part.text}</span>;
        if (part.kind === 'added')
          return (
            <ins key={index} className={classes.added}>
              {part.text}
            </ins>
          );
        return (
          <del key={index} className={classes.removed}>
            {part.text}
          </del>
        );
      })}
    </div>
  );
}
