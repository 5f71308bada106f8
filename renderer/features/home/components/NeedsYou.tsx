import { Button } from '@mantine/core';
import { CircleAlert, CirclePause } from 'lucide-react';
import type { AssayErrorData } from '../../../../preload/contract/errors.ts';
import type { Job } from '../../../../preload/contract/jobs.ts';
import { Notice } from '../../../design/index.ts';
import { counted, moment } from '../../../lib/numbers.ts';
import { go } from '../../../ui-state/index.ts';
import type { Attention } from '../attention.ts';
import classes from '../HomePage.module.css';

interface Props {
  jobs: readonly Job[];
  attention: readonly Attention[];
  actions: { mutate(input: { what: 'resume' | 'dismiss'; job: Job }): void; problem: AssayErrorData | null };
}

/** What is wrong and waits for a person, and jobs that stopped before their end, with what can be done about each. */
export function NeedsYou({ jobs, attention, actions }: Props) {
  return (
    <section className={classes.section} aria-label="Needs you">
      <h2>Needs you</h2>
      {actions.problem && <Notice kind="bad">{actions.problem.message}</Notice>}
      <ul className={classes.needs}>
        {attention.map(({ id, severity, title, words, verb, act }) => (
          <li key={id} data-state={severity}>
            <CircleAlert size={15} aria-hidden="true" />
            <div>
              <p className={classes.needsTitle}>{title}</p>
              <p className="dim">{words}</p>
            </div>
            <div className={classes.needsActions}>
              <Button variant="default" onClick={act}>
                {verb}
              </Button>
            </div>
          </li>
        ))}
        {jobs.map((job) => {
          const { subject } = job;
          const Icon = job.state === 'failed' ? CircleAlert : CirclePause;
          return (
            <li key={job.id} data-state={job.state}>
              <Icon size={15} aria-hidden="true" />
              <div>
                <p className={classes.needsTitle}>{job.title}</p>
                <p className="dim">
                  {job.state === 'failed'
                    ? (job.error?.message ?? 'Failed.')
                    : `Interrupted while it ran: the store was locked, or the app ended${kept(job)}.`}
                  {job.endedAt ? ` ${moment(job.endedAt)}` : ''}
                </p>
              </div>
              <div className={classes.needsActions}>
                {job.resumable && (
                  <Button onClick={() => actions.mutate({ what: 'resume', job })} aria-label={`Resume ${job.title}`}>
                    Resume
                  </Button>
                )}
                {/^(compare|divergence|playground)/.test(job.kind) && subject !== null && (
                  <Button
                    variant="default"
                    onClick={() =>
                      go({
                        screen: 'compare',
                        id: subject,
                        ...(job.kind.startsWith('divergence') && { tab: 'divergence' as const }),
                        ...(job.kind.startsWith('playground') && { tab: 'playground' as const }),
                      })
                    }
                    aria-label={`Open ${job.title}`}
                  >
                    Open
                  </Button>
                )}
                <Button
                  variant="subtle"
                  color="gray"
                  onClick={() => actions.mutate({ what: 'dismiss', job })}
                  aria-label={`Dismiss ${job.title}`}
                >
                  Dismiss
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function kept({ progress }: Job): string {
  return progress === null || progress.done === 0
    ? ''
    : `; at least ${counted(progress.done)} of ${counted(progress.total)} ${progress.unit} are kept`;
}
