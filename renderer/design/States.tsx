import { Button, Skeleton } from '@mantine/core';
import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './States.module.css';

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  /** What to do here, in a sentence. */
  children: ReactNode;
  action?: ReactNode;
}

/** Nothing here yet: says what to do, with one button. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <section className={classes.state} aria-label={title}>
      <Icon size={20} strokeWidth={1.5} className={classes.icon} aria-hidden="true" />
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.words}>{children}</p>
      {action}
    </section>
  );
}

interface FailedProps {
  title: string;
  /** The sentence of the API: what happened, where, what to do. */
  children: ReactNode;
  kept?: string;
  retry?: () => void;
  action?: ReactNode;
}

/** Something failed: what happened, what was kept, what to do next. */
export function FailedState({ title, children, kept, retry, action }: FailedProps) {
  return (
    <section className={classes.failed} role="alert">
      <CircleAlert size={16} className={classes.alert} aria-hidden="true" />
      <div className={classes.failedWords}>
        <h2 className={classes.title}>{title}</h2>
        <p>{children}</p>
        {kept && <p className={classes.kept}>{kept}</p>}
        {(retry || action) && (
          <div className={classes.actions}>
            {retry && (
              <Button variant="default" onClick={retry}>
                Try again
              </Button>
            )}
            {action}
          </div>
        )}
      </div>
    </section>
  );
}

/** Rows that are on their way. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={label} className={classes.skeleton}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={12} width={`${[92, 74, 85, 61][row % 4]}%`} radius={3} />
      ))}
    </div>
  );
}
