import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import classes from './Notice.module.css';

const icons = { info: Info, good: CircleCheck, caution: TriangleAlert, bad: CircleAlert };

interface Props {
  kind: keyof typeof icons;
  children: ReactNode;
  action?: ReactNode;
}

/** A sentence that matters where it stands. A bad one is announced. */
export function Notice({ kind, children, action }: Props) {
  const Icon = icons[kind];
  return (
    <div className={classes.notice} data-kind={kind} role={kind === 'bad' ? 'alert' : undefined}>
      <Icon size={14} className={classes.icon} aria-hidden="true" />
      <div className={classes.words}>{children}</div>
      {action}
    </div>
  );
}
