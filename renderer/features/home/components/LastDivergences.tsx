import type { DivergenceSummary } from '../../../../preload/contract/divergence.ts';
import { VariantMarker } from '../../../design/index.ts';
import { counted, moment } from '../../../lib/numbers.ts';
import { formatRoute, go, useVariantSlots } from '../../../ui-state/index.ts';
import classes from '../HomePage.module.css';

/** The last divergence runs, newest first. */
export function LastDivergences({ runs }: { runs: readonly DivergenceSummary[] }) {
  const slotOf = useVariantSlots(runs.flatMap((run) => run.columns.map(({ reference }) => reference)));
  return (
    <section className={classes.section} aria-label="Last divergence runs">
      <h2>Last divergence runs</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name or text</th>
            <th scope="col">Reference and candidates</th>
            <th scope="col" className={classes.number}>
              Context
            </th>
            <th scope="col" className={classes.number}>
              Chunks
            </th>
            <th scope="col" className={classes.number}>
              Started
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const route = { screen: 'compare', tab: 'divergence', id: run.id } as const;
            return (
              <tr key={run.id} onClick={() => go(route)}>
                <td className={classes.name}>
                  <a
                    href={formatRoute(route)}
                    data-named={run.name !== null || undefined}
                    onClick={(event) => {
                      event.preventDefault();
                      event.stopPropagation();
                      go(route);
                    }}
                  >
                    {run.name ?? run.textName}
                  </a>
                </td>
                <td>
                  <span className={classes.variants}>
                    {run.columns.map((column) => (
                      <span key={column.reference} title={column.name}>
                        <VariantMarker slot={slotOf(column.reference)} size={8} />
                        {column.quantization}
                      </span>
                    ))}
                  </span>
                </td>
                <td className={classes.number}>{counted(run.contextSize)}</td>
                <td className={classes.number}>
                  {run.chunkCount !== null && run.chunksDone < run.chunkCount
                    ? `${counted(run.chunksDone)} of ${counted(run.chunkCount)}`
                    : counted(run.chunksDone)}
                </td>
                <td className={classes.number}>{moment(run.createdAt)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
