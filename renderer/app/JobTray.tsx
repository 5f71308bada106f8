import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ArrowUpRight, Check, CircleAlert, CirclePause, CircleSlash, Clock, Play, X } from 'lucide-react';
import type { Job, JobState } from '../../preload/contract/jobs.ts';
import { failureOf, useApi } from '../api/index.ts';
import { ProgressLine } from '../design/index.ts';
import { bytes, counted, moment, significant, text, timeLeft } from '../lib/numbers.ts';
import { closePanel, go } from '../ui-state/index.ts';
import classes from './JobTray.module.css';
import { isActive } from './useJobs.ts';

const states: Record<JobState, { words: string; icon: typeof Check }> = {
  queued: { words: 'Waiting', icon: Clock },
  running: { words: 'Running', icon: Play },
  done: { words: 'Done', icon: Check },
  failed: { words: 'Failed', icon: CircleAlert },
  cancelled: { words: 'Cancelled', icon: CircleSlash },
  interrupted: { words: 'Interrupted: the store was locked, or the app ended', icon: CirclePause },
};

type Act = 'cancel' | 'resume' | 'clear';

function say(error: Error): void {
  notifications.show({ title: 'That did not work', message: failureOf(error).message, color: 'red' });
}

/** Work that takes long: how far it is, and what can be done about it. */
export function JobTray({ jobs }: { jobs: readonly Job[] }) {
  const { client } = useApi();
  const act = useMutation({
    mutationFn: async ({ what, job }: { what: Act; job: Job }) => {
      // An interrupted job has not ended yet: that it will not go on has to be decided first.
      if (what === 'clear' && job.state === 'interrupted') await client.jobs.cancel.mutate({ id: job.id });
      await client.jobs[what].mutate({ id: job.id });
    },
    onError: say,
  });
  const clearAll = useMutation({ mutationFn: () => client.jobs.clear.mutate({}), onError: say });
  const ended = jobs.filter((job) => !isActive(job) && job.state !== 'interrupted');
  return (
    <section className={classes.tray} id="job-tray" aria-label="Jobs">
      <header>
        <h2>Jobs</h2>
        {ended.length > 0 && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => clearAll.mutate()}>
            Clear ended jobs
          </Button>
        )}
        <ActionIcon size={22} onClick={() => closePanel('tray')} aria-label="Close the job tray">
          <X size={13} />
        </ActionIcon>
      </header>
      {jobs.length === 0 && (
        <p className={classes.empty}>
          Long work shows up here, goes on while you do other things, and survives a restart.
        </p>
      )}
      <ul>
        {jobs.map((job) => (
          <Row key={job.id} job={job} act={(what) => act.mutate({ what, job })} />
        ))}
      </ul>
    </section>
  );
}

const tabs = [
  { kind: 'compare', tab: 'answers' },
  { kind: 'divergence', tab: 'divergence' },
  { kind: 'playground', tab: 'playground' },
] as const;

function Row({ job, act }: { job: Job; act(what: Act): void }) {
  const { words, icon: Icon } = states[job.state];
  const { subject } = job;
  const tab = tabs.find(({ kind }) => job.kind.startsWith(kind))?.tab ?? null;
  return (
    <li className={classes.job} data-state={job.state}>
      <Icon size={14} className={classes.icon} aria-hidden="true" />
      <div className={classes.words}>
        <span className={classes.title}>{job.title}</span>
        {job.state === 'running' ? (
          <ProgressLine
            label={job.title}
            share={job.progress && job.progress.total > 0 ? job.progress.done / job.progress.total : null}
            detail={progressWords(job)}
          />
        ) : (
          <span className={classes.detail}>
            {words}
            {job.endedAt ? `, ${moment(job.endedAt)}` : ''}
            {job.error ? `. ${job.error.message}` : ''}
          </span>
        )}
      </div>
      <div className={classes.actions}>
        {isActive(job) && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            onClick={() => act('cancel')}
            aria-label={`Cancel ${job.title}`}
          >
            Cancel
          </Button>
        )}
        {!isActive(job) && job.resumable && (
          <Button variant="subtle" size="compact-xs" onClick={() => act('resume')} aria-label={`Resume ${job.title}`}>
            Resume
          </Button>
        )}
        {tab !== null && subject !== null && (
          <Tooltip label={tab === 'answers' ? 'Open the comparison' : 'Open the run'}>
            <ActionIcon
              size={22}
              onClick={() => go({ screen: 'compare', id: subject, tab })}
              aria-label={`Open ${job.title}`}
            >
              <ArrowUpRight size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        {!isActive(job) && (
          <Tooltip label="Clear">
            <ActionIcon size={22} onClick={() => act('clear')} aria-label={`Clear ${job.title}`}>
              <X size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </li>
  );
}

function progressWords({ progress }: Job): string {
  if (progress === null) return 'Starting';
  const size = progress.unit === 'bytes' ? (value: number) => text(bytes(value)) : counted;
  const parts = [
    ...(progress.total > 0 ? [`${Math.floor((progress.done / progress.total) * 100)} %`] : []),
    `${size(progress.done)} of ${size(progress.total)}${progress.unit === 'bytes' ? '' : ` ${progress.unit}`}`,
  ];
  if (progress.rate !== null)
    parts.push(`${progress.unit === 'bytes' ? text(bytes(progress.rate)) : significant(progress.rate)}/s`);
  if (progress.secondsLeft !== null) parts.push(timeLeft(progress.secondsLeft));
  if (progress.note) parts.push(progress.note);
  return parts.join(', ');
}
