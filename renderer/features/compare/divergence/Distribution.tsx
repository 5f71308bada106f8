import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { FailedState, Histogram, SkeletonRows } from '../../../design/index.ts';
import { counted, plural, significant } from '../../../lib/numbers.ts';
import classes from './DivergenceTab.module.css';
import { useHistogram } from './data.ts';
import { nameAt } from './shown.ts';

/** How the divergence of single tokens is spread, with its tail. */
export function Distribution({ run, candidate }: { run: DivergenceRun; candidate: number }) {
  const { histogram, problem, retry } = useHistogram(run.id, candidate);
  const column = run.columns[candidate + 1];
  const kld = run.candidates[candidate]?.kld;
  if (problem)
    return (
      <div className={classes.distribution}>
        <FailedState title="The distribution could not be read" retry={retry}>
          {problem.message}
        </FailedState>
      </div>
    );
  if (!histogram || !column || !kld)
    return (
      <div className={classes.distribution}>
        <SkeletonRows rows={5} label="Reading the distribution" />
      </div>
    );
  const lines = [
    { label: 'median', value: kld.median },
    { label: '99 %', value: kld.p99 },
    { label: '99.9 %', value: kld.p999 },
  ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]));
  const tail = kld.p99 === null ? '' : `; the tail from 99 % on (${significant(kld.p99)}) is marked`;
  return (
    <section className={classes.distribution} aria-label="Distribution of KLD">
      <h3>KLD of single tokens, {nameAt(run.columns, candidate + 1)}</h3>
      {histogram.bins.length === 0 ? (
        <p className="dim">KLD is 0 at every scored token.</p>
      ) : (
        <Histogram
          label={`KLD of single tokens of ${nameAt(run.columns, candidate + 1)}, both axes logarithmic: ${lines
            .map(({ label, value }) => `${label} ${significant(value)}`)
            .join(', ')}${tail}`}
          bins={histogram.bins}
          lines={lines}
          tailFrom={kld.p99}
          axis="KLD, nats"
          height={188}
        />
      )}
      {histogram.zeroOrBelow > 0 && (
        <p className={classes.caption}>
          {counted(histogram.zeroOrBelow)} of {plural(run.tokensScored, 'token')} have a KLD of 0 (or below, by
          rounding) and are not on a logarithmic axis.
        </p>
      )}
    </section>
  );
}
