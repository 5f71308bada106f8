import { useMemo } from 'react';
import { wordDiff } from '../../../lib/wordDiff.ts';
import classes from './DifferenceText.module.css';

/** The candidate's words against the reference's: what came in, what is missing. */
export function DifferenceText({ reference, candidate }: { reference: string; candidate: string }) {
  const parts = useMemo(() => wordDiff(reference, candidate), [reference, candidate]);
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
