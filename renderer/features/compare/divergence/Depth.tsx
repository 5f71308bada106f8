import type { DepthBand, DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { FailedState, IntervalBar, SkeletonRows } from '../../../design/index.ts';
import { significant } from '../../../lib/numbers.ts';
import { logScale } from '../../../lib/scales.ts';
import classes from './Depth.module.css';
import { useDepth } from './data.ts';
import { nameAt, ratio } from './shown.ts';

/** What a candidate costs by how much of the context stands before a token: a cache of few bits loses more the further it reaches. */
export function Depth({ run, candidate }: { run: DivergenceRun; candidate: number }) {
  const { bands, problem, retry } = useDepth(run.id, candidate);
  const column = run.columns[candidate + 1];
  if (problem)
    return (
      <div className={classes.depth}>
        <FailedState title="The depths could not be read" retry={retry}>
          {problem.message}
        </FailedState>
      </div>
    );
  if (!bands || !column)
    return (
      <div className={classes.depth}>
        <SkeletonRows rows={5} label="Reading the depths" />
      </div>
    );
  const scale = logScale(bands.flatMap(({ kldMean, kldInterval95 }) => [kldMean, ...(kldInterval95 ?? [])]));
  return (
    <section className={classes.depth} aria-label="KLD by depth">
      <h3>By depth of the context, {nameAt(run.columns, candidate + 1)}</h3>
      <table className={classes.table} aria-label={`Divergence of ${nameAt(run.columns, candidate + 1)} by depth`}>
        <thead>
          <tr>
            <th scope="col">Tokens before</th>
            <th scope="col">Mean KLD</th>
            <th scope="col">PPL ratio</th>
            <th scope="col">Same top</th>
          </tr>
        </thead>
        <tbody>
          {bands.map((band) => (
            <tr key={band.from} title={detailOf(band)}>
              <th scope="row">{band.from === band.to ? band.from : `${band.from}–${band.to}`}</th>
              <td className={classes.wide}>
                {significant(band.kldMean)}
                <IntervalBar value={band.kldMean} interval={band.kldInterval95} scale={scale} />
              </td>
              <td>{ratio(band.pplRatio)}</td>
              <td>{significant(band.sameTop * 100)} %</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.caption}>
        {run.textKind === 'dataset'
          ? 'Of items that reach so far. Bars: 95 % over items, logarithmic; none where fewer than six do.'
          : 'The second half of each chunk is scored; a longer context reaches deeper. Bars: 95 % over chunks, logarithmic.'}
      </p>
    </section>
  );
}

const between = (interval: readonly [number, number] | null, shown: (value: number) => string) =>
  interval === null ? 'these chunks tell none' : `${shown(interval[0])} to ${shown(interval[1])}`;

function detailOf({ tokens, kldInterval95, pplRatioInterval95, sameTopInterval95 }: DepthBand): string {
  const share = (value: number) => `${significant(value * 100)} %`;
  return `${tokens} tokens scored; 95 %: KLD ${between(kldInterval95, significant)}, PPL ratio ${between(pplRatioInterval95, ratio)}, same top ${between(sameTopInterval95, share)}`;
}
