import { ActionIcon, Button } from '@mantine/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import type { ImportReport, ModelLibrary } from '../../../../preload/contract/models.ts';
import { Notice, ProgressLine } from '../../../design/index.ts';
import { bytes, plural, significant, text, timeLeft } from '../../../lib/numbers.ts';
import { useCommandsOnModels, useHashJob } from '../data.ts';
import type { Importing } from '../importing.ts';
import { change, useModelsState } from '../state.ts';
import classes from './StatusLines.module.css';

/** What is under way, and what the last import came to. */
export function StatusLines({ library, importing }: { library: ModelLibrary | undefined; importing: Importing }) {
  const { importing: progress, report, problem } = useModelsState();
  return (
    <div className={classes.lines}>
      {progress !== null && (
        <div className={classes.line} role="status">
          <ProgressLine
            label="Import"
            share={progress.looking ? null : progress.found === 0 ? 1 : progress.read / progress.found}
            detail={`${plural(progress.found, 'model file')} found, ${progress.read} read${progress.looking ? '; still looking' : ''}`}
          />
          <Button variant="subtle" color="gray" size="compact-xs" onClick={importing.stop}>
            Stop
          </Button>
        </div>
      )}
      {problem !== null && (
        <Notice kind="bad" action={<Dismiss label="Dismiss the problem" onClick={() => change({ problem: null })} />}>
          The import broke off; what was read by then is in the list. {problem}
        </Notice>
      )}
      {report !== null && <Report report={report} />}
      {library !== undefined && <Hashing library={library} />}
    </div>
  );
}

function Report({ report }: { report: ImportReport }) {
  const [shown, setShown] = useState(false);
  const { added, known, moved, left } = report;
  const parts = [`${plural(added.length, 'model')} added`];
  if (known.length > 0) parts.push(`${known.length} known already`);
  if (moved.length > 0) parts.push(`${moved.length} found again at another place`);
  if (left.length > 0) parts.push(`${left.length} left out`);
  return (
    <div role="status">
      <Notice
        kind={left.length > 0 && added.length === 0 && moved.length === 0 ? 'caution' : 'info'}
        action={
          <span className={classes.actions}>
            {left.length > 1 && (
              <Button variant="subtle" size="compact-xs" aria-expanded={shown} onClick={() => setShown(!shown)}>
                {shown ? 'Hide why' : 'Show why'}
              </Button>
            )}
            <Dismiss label="Dismiss the report" onClick={() => change({ report: null })} />
          </span>
        }
      >
        {parts.join(', ')}. Nothing was copied or moved.
        {left.length === 1 && ` ${left[0]?.message}`}
        {shown && (
          <ul className={classes.left}>
            {left.slice(0, 200).map(({ path, message }) => (
              <li key={path}>{message}</li>
            ))}
            {left.length > 200 && <li>And {left.length - 200} more.</li>}
          </ul>
        )}
      </Notice>
    </div>
  );
}

function Hashing({ library }: { library: ModelLibrary }) {
  const { files, bytes: size, jobId } = library.unhashed;
  const job = useHashJob(jobId);
  const { hash } = useCommandsOnModels();
  const failed = library.families.flatMap(({ variants }) => variants).filter(({ hashProblem }) => hashProblem !== null);
  if (jobId !== null && job !== undefined) {
    const { progress } = job;
    const detail = [`SHA-256: ${plural(files, 'file')} to read, ${text(bytes(size))}`];
    if (progress?.rate != null) detail.push(`${significant(progress.rate)} MiB/s`);
    if (progress?.secondsLeft != null) detail.push(timeLeft(progress.secondsLeft));
    if (job.state === 'queued') detail.push('waits for other work');
    return (
      <div className={classes.line}>
        <ProgressLine
          label="Reading files for their SHA-256"
          share={progress !== null && progress.total > 0 ? progress.done / progress.total : null}
          detail={detail.join(', ')}
        />
      </div>
    );
  }
  if (files === 0 && failed.length === 0) return null;
  return (
    <Notice
      kind={failed.length > 0 ? 'caution' : 'info'}
      action={
        <Button variant="subtle" size="compact-xs" loading={hash.isPending} onClick={() => hash.mutate()}>
          {files + failed.length === 1 ? 'Read it now' : 'Read them now'}
        </Button>
      }
    >
      {files > 0 &&
        `${plural(files, 'file')} without a SHA-256 (${text(bytes(size))}); duplicates and moved files are told by it. `}
      {failed.length > 0 &&
        `${plural(failed.length, 'model')} could not be read to the end. ${failed.length === 1 ? failed[0]?.hashProblem : 'Each says why in its details.'}`}
    </Notice>
  );
}

function Dismiss({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <ActionIcon size={20} onClick={onClick} aria-label={label}>
      <X size={13} />
    </ActionIcon>
  );
}
