import type { ReactNode } from 'react';
import classes from './DetailsSheet.module.css';

/** A part of the details under its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
