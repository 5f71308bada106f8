import type { ComparisonSummary } from '../../../../preload/contract/compare.ts';
import { VariantMarker } from '../../../design/index.ts';
import { counted, moment } from '../../../lib/numbers.ts';
import { formatRoute, go, useVariantSlots } from '../../../ui-state/index.ts';
import classes from '../HomePage.module.css';

/** The last comparisons, newest first. */
export function LastComparisons({ comparisons }: { comparisons: readonly ComparisonSummary[] }) {
  const slotOf = useVariantSlots(
    comparisons.flatMap((entry) => entry.columns.map((column) => column.modelId ?? column.reference)),
  );
  return (
    <section className={classes.section} aria-label="Last comparisons">
      <h2>Last comparisons</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Name or first prompt</th>
            <th scope="col">Reference and candidates</th>
            <th scope="col" className={classes.number}>
              Prompts
            </th>
            <th scope="col" className={classes.number}>
              Answers
            </th>
            <th scope="col" className={classes.number}>
              Started
            </th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map((entry) => {
            const route = { screen: 'compare', id: entry.id } as const;
            return (
              <tr key={entry.id} onClick={() => go(route)}>
                <td className={classes.name}>
                  <a
                    href={formatRoute(route)}
                    data-named={entry.name !== null || undefined}
                    onClick={(event) => {
                      event.preventDefault();
                      event.stopPropagation();
                      go(route);
                    }}
                  >
                    {entry.name ?? entry.excerpt}
                  </a>
                </td>
                <td>
                  <span className={classes.variants}>
                    {entry.columns.map((column) => (
                      <span key={column.reference} title={column.name}>
                        <VariantMarker slot={slotOf(column.modelId ?? column.reference)} size={8} />
                        {column.quantization}
                      </span>
                    ))}
                  </span>
                </td>
                <td className={classes.number}>{counted(entry.promptCount)}</td>
                <td className={classes.number}>
                  {entry.done < entry.total
                    ? `${counted(entry.done)} of ${counted(entry.total)}`
                    : counted(entry.total)}
                </td>
                <td className={classes.number}>{moment(entry.createdAt)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
