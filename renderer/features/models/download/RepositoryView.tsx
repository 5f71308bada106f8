import { Button, Checkbox } from '@mantine/core';
import { ArrowLeft, Check } from 'lucide-react';
import { useState } from 'react';
import type { Repository } from '../../../../preload/contract/downloads.ts';
import type { Job } from '../../../../preload/contract/jobs.ts';
import { Notice, ProgressLine } from '../../../design/index.ts';
import { bytes, plural, text, timeLeft } from '../../../lib/numbers.ts';
import classes from './DownloadPanel.module.css';
import { useDownloads, useIsListed } from './data.ts';

type File = Repository['files'][number];

/** What a repository holds. Its licence comes first: nothing is downloaded before it was accepted. */
export function RepositoryView({ repository, onBack }: { repository: Repository; onBack(): void }) {
  const [accepted, setAccepted] = useState(false);
  const { licence, files, freeBytes, folder, page, gated, revision } = repository;
  return (
    <>
      <div className={classes.repository}>
        <Button variant="subtle" color="gray" size="compact-xs" leftSection={<ArrowLeft size={12} />} onClick={onBack}>
          Other models
        </Button>
        <h3>{repository.repository}</h3>
        <code className={classes.dim} title={`Revision ${revision}`}>
          {revision.slice(0, 10)}
        </code>
      </div>
      {gated && (
        <Notice kind="caution">
          Its owner gives it only to people who agreed to terms on the page of the hub. Assay shows no account there, so
          the download will be refused; fetch the file with a browser and add it.
        </Notice>
      )}
      <div className={classes.licence}>
        <p>
          {licence === null ? (
            <>Its owner declares no licence. Without one you may not have the right to use it</>
          ) : (
            <>
              Licence: <strong>{licence}</strong>
            </>
          )}
          . The whole text and the model card are at <code className={classes.address}>{page}</code>
        </p>
        <Checkbox
          size="xs"
          checked={accepted}
          onChange={(event) => setAccepted(event.currentTarget.checked)}
          label={licence === null ? 'I may use it all the same' : `I accept ${licence}`}
        />
      </div>
      {files.length === 0 && <p className={classes.dim}>It holds no GGUF file. Its name often ends in -GGUF.</p>}
      <ul className={classes.files}>
        {files.map((file) => (
          <FileRow key={file.file} repository={repository} file={file} accepted={accepted} />
        ))}
      </ul>
      <p className={classes.dim}>
        {text(bytes(freeBytes))} free in <code className={classes.address}>{folder}</code>. Each file is checked against
        the SHA-256 that the hub announces before it comes into the list.
      </p>
    </>
  );
}

function FileRow({ repository, file, accepted }: { repository: Repository; file: File; accepted: boolean }) {
  const { start, cancel, jobOf } = useDownloads();
  const isListed = useIsListed();
  const { repository: name, revision, licence, freeBytes, lookedAt } = repository;
  const job = jobOf(name, file.file);
  const fits = file.sizeBytes - file.keptBytes < freeBytes;
  const active = job?.state === 'queued' || job?.state === 'running';
  const here = isListed(file.sha256);
  // What ended before the look may have been of another revision; what is left of this one the look tells.
  const news = job?.endedAt != null && job.endedAt > lookedAt ? job : undefined;
  const foundTaken = news?.error?.facts?.path === file.path;
  const taken = file.taken || foundTaken;
  const goesOn = news ? news.resumable : file.keptBytes > 0;
  const verb = here ? 'Download' : taken ? 'Keep both' : goesOn ? 'Resume' : 'Download';
  const words = { Download: 'Download', Resume: 'Resume the download of', 'Keep both': 'Keep both, and download' }[
    verb
  ];
  return (
    <li>
      <span className={classes.file} title={file.file}>
        {file.file}
        {file.parts > 1 && <span className={classes.dim}> {plural(file.parts, 'part')}</span>}
      </span>
      <span className={classes.number}>{text(bytes(file.sizeBytes))}</span>
      <div className={classes.state}>
        {active ? (
          <ProgressLine
            label={`Download of ${file.file}`}
            share={job.progress === null ? null : job.progress.done / Math.max(1, job.progress.total)}
            detail={progressWords(job)}
          />
        ) : here ? (
          <span className={classes.here}>
            <Check size={13} aria-hidden="true" /> In the list
          </span>
        ) : news && news.state !== 'done' && !foundTaken ? (
          <span className={classes.problem} role="status">
            {news.error?.message ??
              (news.state === 'cancelled' ? 'Cancelled; what came is kept.' : 'Interrupted; what came is kept.')}
          </span>
        ) : file.sha256 === null ? (
          <span className={classes.problem}>The hub names no SHA-256, so it could not be checked.</span>
        ) : !fits ? (
          <span className={classes.problem}>Larger than the room on the disk.</span>
        ) : taken ? (
          <span className={classes.problem} role="status" title={file.path}>
            Another file lies in its place and stays. This one can come beside it, into a folder of its revision.
          </span>
        ) : (
          goesOn && <span className={classes.dim}>{text(bytes(file.keptBytes))} of it came already.</span>
        )}
      </div>
      {active ? (
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          onClick={() => cancel.mutate(job.id)}
          aria-label={`Cancel the download of ${file.file}`}
        >
          Cancel
        </Button>
      ) : (
        <Button
          size="compact-xs"
          disabled={!accepted || file.sha256 === null || !fits || here}
          loading={start.isPending}
          onClick={() =>
            start.mutate({ repository: name, revision, file: file.file, acceptedLicence: licence, beside: taken })
          }
          aria-label={`${words} ${file.file}`}
        >
          {verb}
        </Button>
      )}
    </li>
  );
}

function progressWords({ state, progress }: Job): string {
  if (state === 'queued') return 'Waiting for other work';
  if (progress === null) return 'Starting';
  if (progress.note) return progress.note;
  const parts = [`${text(bytes(progress.done))} of ${text(bytes(progress.total))}`];
  if (progress.rate !== null) parts.push(`${text(bytes(progress.rate))}/s`);
  if (progress.secondsLeft !== null) parts.push(timeLeft(progress.secondsLeft));
  return parts.join(', ');
}
