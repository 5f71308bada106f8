import { VariantMarker } from '../../../design/index.ts';
import { moment } from '../../../lib/numbers.ts';
import { formatRoute, go, type Route, useVariantSlots } from '../../../ui-state/index.ts';
import classes from '../HomePage.module.css';

export interface LastRun {
  id: string;
  route: Route;
  /** Given by a person, or what stands for a name. */
  title: string;
  named: boolean;
  variants: readonly { key: string; name: string; quantization: string }[];
  /** In the columns of numbers, in their order. */
  numbers: readonly string[];
  createdAt: string;
}

/** The last runs of one kind, newest first, each a way back to it. `columns`: heads of its name and of its numbers. */
export function LastRuns({
  title,
  columns: [first, ...numbers],
  runs,
}: {
  title: string;
  columns: readonly [string, ...string[]];
  runs: readonly LastRun[];
}) {
  const slotOf = useVariantSlots(runs.flatMap(({ variants }) => variants.map(({ key }) => key)));
  return (
    <section className={classes.section} aria-label={title}>
      <h2>{title}</h2>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col">Reference and candidates</th>
            {[...numbers, 'Started'].map((head) => (
              <th key={head} scope="col" className={classes.number}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} onClick={() => go(run.route)}>
              <td className={classes.name}>
                <a
                  href={formatRoute(run.route)}
                  data-named={run.named || undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    event.stopPropagation();
                    go(run.route);
                  }}
                >
                  {run.title}
                </a>
              </td>
              <td>
                <span className={classes.variants}>
                  {run.variants.map(({ key, name, quantization }, index) => (
                    <span key={index} title={name}>
                      <VariantMarker slot={slotOf(key)} size={8} />
                      {quantization}
                    </span>
                  ))}
                </span>
              </td>
              {run.numbers.map((number, index) => (
                <td key={index} className={classes.number}>
                  {number}
                </td>
              ))}
              <td className={classes.number}>{moment(run.createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
