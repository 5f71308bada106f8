import { Circle, CircleAlert, CircleCheck, Dot } from 'lucide-react';
import type { Mark } from '../words.ts';

const icons = { asked: Circle, done: CircleCheck, failed: CircleAlert, happened: Dot };

/** The shape that stands for an outcome, beside its word. */
export function OutcomeMark({ mark }: { mark: Mark }) {
  const Icon = icons[mark];
  return <Icon size={13} aria-hidden="true" />;
}
