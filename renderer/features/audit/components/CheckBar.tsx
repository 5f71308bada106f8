import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { CircleAlert, CircleCheck, Copy, ShieldQuestion } from 'lucide-react';
import type { AuditCheck } from '../../../../preload/contract/audit.ts';
import { Notice, ProgressLine } from '../../../design/index.ts';
import { copyText } from '../../../lib/desktop.ts';
import { counted, plural } from '../../../lib/numbers.ts';
import classes from '../AuditPage.module.css';
import type { useCheck } from '../data.ts';
import { exactMoment } from '../words.ts';

interface Props {
  check: ReturnType<typeof useCheck>;
  head: { sequence: number; hash: string } | undefined;
}

/** What the last check found, in words, and what that proves and what it does not. */
export function CheckBar({ check: { last, checking, problem }, head }: Props) {
  const { progress } = checking ?? {};
  return (
    <section className={classes.check} aria-label="Check of the chain">
      {checking ? (
        <ProgressLine
          label="Check of the chain"
          share={progress ? progress.done / Math.max(1, progress.total) : null}
          detail={
            progress
              ? `${counted(progress.done)} of ${plural(progress.total, 'entry', 'entries')} read`
              : 'Reading the chain…'
          }
        />
      ) : (
        <Verdict last={last} />
      )}
      {problem && <Notice kind="bad">{problem.message}</Notice>}
      <details className={classes.proof}>
        <summary>What this proves, and what it does not</summary>
        <p>
          Each entry’s hash covers the one before it, and the last hash is sealed with a key that only the unlocked
          store has, inside the database and beside it. A chain that holds was not edited, cut, reordered or filled in
          by anyone without that key.
        </p>
        <p>
          It does not bind whoever can unlock this store: with the database and the key a whole new chain can be
          written, and it would hold too. An older copy of all files put back looks like that older state. Only a head
          that was seen outside binds: note it in a ticket, a letter or on another machine, and what came before it can
          no longer be changed unnoticed.
        </p>
        {head !== undefined && (
          <p className={classes.headLine}>
            <span>Head, entry {counted(head.sequence)}</span>
            <code className="mono">{head.hash}</code>
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<Copy size={12} />}
              onClick={async () => {
                const copied = await copyText(`Assay audit log, entry ${head.sequence}, head ${head.hash}`);
                notifications.show({
                  message: copied ? 'Head copied. Keep it elsewhere.' : 'The system did not allow copying.',
                });
              }}
            >
              Copy head
            </Button>
          </p>
        )}
      </details>
    </section>
  );
}

function Verdict({ last }: { last: AuditCheck | null }) {
  if (last === null)
    return (
      <p className={classes.verdict} role="status">
        <ShieldQuestion size={16} aria-hidden="true" />
        <span>Not checked as a whole since the store was unlocked. Only its end was, when it was unlocked.</span>
      </p>
    );
  const { verdict, at } = last;
  if (!verdict.holds)
    return (
      <div className={classes.verdict} data-verdict="broken" role="alert">
        <CircleAlert size={16} aria-hidden="true" />
        <span>
          <strong>The chain does not hold</strong>
          {verdict.broken && ` at entry ${counted(verdict.broken.sequence)}: ${verdict.broken.reason}`} What comes
          before it still holds; nothing from there on is proven. Keep the files as they are, and compare with a backup
          or a head that was noted elsewhere. <span className="dim">{exactMoment(at)}</span>
        </span>
      </div>
    );
  return (
    <p className={classes.verdict} data-verdict="holds" role="status">
      <CircleCheck size={16} aria-hidden="true" />
      <span>
        <strong>The chain holds</strong>: all {plural(verdict.entries, 'entry', 'entries')} are there, in order and
        unchanged, up to the head <code className="mono">{verdict.head.slice(0, 12)}…</code>
        {verdict.unfinished > 0 &&
          ` ${plural(verdict.unfinished, 'command has', 'commands have')} no outcome: it runs still, or the app ended or a backup was made before it did.`}{' '}
        <span className="dim">{exactMoment(at)}</span>
      </span>
    </p>
  );
}
