import { Button, Menu } from '@mantine/core';
import { Download, Play } from 'lucide-react';
import type { DivergenceRun } from '../../../../preload/contract/divergence.ts';
import { ProgressLine } from '../../../design/index.ts';
import { counted, moment, plural, timeLeft } from '../../../lib/numbers.ts';
import classes from './DivergenceTab.module.css';
import { useJob, useRunCommands } from './data.ts';
import { isUnderWay, titleOf } from './shown.ts';
import { formats, useRunExports } from './useRunExports.ts';

/** What was read and how far it is; what can be done with the run. */
export function RunBar({ run }: { run: DivergenceRun }) {
  const job = useJob(run.jobId);
  const { resume } = useRunCommands();
  const exports = useRunExports(run.id);
  const progress = job?.progress ?? null;
  const ended = run.state === 'failed' || run.state === 'cancelled' || run.state === 'interrupted';
  return (
    <div className={classes.bar}>
      <h2 className={classes.name}>{titleOf(run)}</h2>
      {isUnderWay(run) ? (
        <div className={classes.progress}>
          <ProgressLine
            label="Measuring"
            share={progress && progress.total > 0 ? progress.done / progress.total : null}
            detail={
              progress === null
                ? run.state === 'queued'
                  ? 'Waiting for other work'
                  : 'Loading the models'
                : [
                    ...(run.chunkCount === null ? [] : [`${run.chunksDone} of ${run.chunkCount} chunks`]),
                    ...(progress.secondsLeft === null ? [] : [timeLeft(progress.secondsLeft)]),
                    ...(progress.note ? [progress.note] : []),
                  ].join(', ')
            }
          />
        </div>
      ) : (
        <span className={classes.facts} aria-live="polite">
          {[
            `${moment(run.createdAt)}`,
            `n = ${plural(run.tokensScored, 'token')} in ${plural(run.chunksDone, 'chunk')}${run.chunkCount !== null && run.chunksDone < run.chunkCount ? ` of ${counted(run.chunkCount)}` : ''}`,
            `context ${run.contextSize}`,
            ...(run.arrangement === 'turns' ? ['in turns'] : []),
            ...(run.engineRelease === null ? [] : [`llama.cpp ${run.engineRelease}`]),
          ].join(' · ')}
        </span>
      )}
      <div className={classes.right}>
        {ended && job?.resumable && (
          <Button
            variant="default"
            leftSection={<Play size={13} />}
            loading={resume.isPending}
            onClick={() => resume.mutate(job.id)}
          >
            {run.chunkCount !== null && run.chunksDone >= run.chunkCount
              ? 'Try what was left out again'
              : `Go on from chunk ${run.chunksDone + 1}`}
          </Button>
        )}
        <Menu>
          <Menu.Target>
            <Button
              variant="default"
              leftSection={<Download size={14} />}
              loading={exports.isPending}
              disabled={run.chunksDone === 0}
            >
              Export
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {formats.map(({ format, label }) => (
              <Menu.Item key={format} onClick={() => exports.save(format)}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}
