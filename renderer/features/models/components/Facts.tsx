import classes from './DetailsSheet.module.css';

/** Pairs of a word and what it is; what is not known is left out. */
export function Facts({ facts, mono = false }: { facts: readonly [string, string | number | null][]; mono?: boolean }) {
  const known = facts.filter(([, value]) => value !== null && value !== '');
  if (known.length === 0) return <p className={classes.hint}>The file says nothing of it.</p>;
  return (
    <dl className={classes.facts}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={mono ? classes.mono : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
