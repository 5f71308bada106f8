import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { BackupSchedule, BackupsStatus } from '../../../../preload/contract/backups.ts';
import { failureOf, useApi } from '../../../api/index.ts';
import { EmptyState, FailedState, Notice, SkeletonRows } from '../../../design/index.ts';
import { bytes, moment, plural, text } from '../../../lib/numbers.ts';
import { go } from '../../../ui-state/index.ts';
import classes from '../SettingsPage.module.css';
import lists from './Lists.module.css';
import { Row } from './Row.tsx';

/** Backups that are made by themselves: where, how often, how many, and how the last one went. */
export function BackupsSection({ ephemeral }: { ephemeral: boolean }) {
  const { client, options } = useApi();
  const status = useQuery(options.backups.status.queryOptions());
  const change = useMutation({
    mutationFn: (part: Partial<BackupSchedule>) => client.backups.change.mutate(part),
  });
  const runNow = useMutation({ mutationFn: () => client.backups.runNow.mutate() });
  const problem = change.error ?? runNow.error;
  if (status.error)
    return (
      <>
        <h1>Backups</h1>
        <FailedState title="The schedule could not be read" retry={() => void status.refetch()}>
          {failureOf(status.error).message}
        </FailedState>
      </>
    );
  if (status.data === undefined)
    return (
      <>
        <h1>Backups</h1>
        <SkeletonRows rows={5} label="Reading the schedule" />
      </>
    );
  const { schedule, kept, isRunning } = status.data;
  return (
    <>
      <h1>Backups</h1>
      <p className={classes.lead} role="status">
        {statusWords(status.data)}
      </p>
      {ephemeral && <Notice kind="caution">This store is not kept, and neither is its schedule.</Notice>}
      {status.data.last?.problem && <Notice kind="bad">The last backup failed. {status.data.last.problem}</Notice>}
      {problem && <Notice kind="bad">{failureOf(problem).message}</Notice>}
      <section className={classes.group} aria-label="Schedule">
        <FolderRow
          key={schedule.folder}
          folder={schedule.folder}
          isPending={change.isPending}
          onSave={(folder) => change.mutate({ folder })}
        />
        <Row
          label="Back up by itself"
          hint="At an unlock and while the store is open, when the last one is old enough."
        >
          <Switch
            aria-label="Back up by itself"
            checked={schedule.enabled}
            disabled={change.isPending || (schedule.folder === null && !schedule.enabled)}
            onChange={(event) => change.mutate({ enabled: event.currentTarget.checked })}
          />
        </Row>
        <CountRow
          label="Days between two backups"
          value={schedule.everyDays}
          onSave={(everyDays) => change.mutate({ everyDays })}
        />
        <CountRow
          label="Backups to keep"
          hint="Older ones that the schedule made go. Those that you made by hand stay."
          value={schedule.keep}
          onSave={(keep) => change.mutate({ keep })}
        />
        <Row label="Now" hint="Makes the scheduled backup at once, in the job tray.">
          <Button
            variant="default"
            disabled={schedule.folder === null}
            loading={isRunning || runNow.isPending}
            onClick={() => runNow.mutate()}
          >
            Back up now
          </Button>
        </Row>
      </section>
      <h2>Scheduled backups that are kept</h2>
      {kept.length === 0 ? (
        <EmptyState
          icon={FolderOpen}
          title="None yet"
          action={
            <Button variant="default" onClick={() => go({ screen: 'settings', section: 'store' })}>
              Back up by hand
            </Button>
          }
        >
          Each is one encrypted file that the passphrase or the recovery code of its day opens.
        </EmptyState>
      ) : (
        <ul className={classes.group} aria-label="Kept backups">
          {kept.map(({ path, at, sizeBytes }) => (
            <li key={path} className={lists.item} data-plain>
              <div className={classes.rowWords}>
                <span className={classes.rowLabel}>{moment(at)}</span>
                <span className={classes.rowHint}>
                  <span className="mono">{path}</span>
                </span>
              </div>
              <span className={lists.size}>{text(bytes(sizeBytes))}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function statusWords({ schedule, last, lastGood, nextAt, isRunning }: BackupsStatus): string {
  const made = lastGood === null ? 'None was made yet.' : `Last one: ${moment(lastGood.at)}.`;
  if (isRunning) return `A backup is being made. ${made}`;
  if (!schedule.enabled || nextAt === null) return `Off. ${made}`;
  const again = last?.problem ? 'Tried again' : 'Next one';
  const when = Date.parse(nextAt) <= Date.now() ? 'in a moment' : moment(nextAt);
  return `${made} ${again}: ${when}, then every ${plural(schedule.everyDays, 'day')}.`;
}

interface FolderRowProps {
  folder: string | null;
  isPending: boolean;
  onSave(folder: string): void;
}

function FolderRow({ folder, isPending, onSave }: FolderRowProps) {
  const [value, setValue] = useState(folder ?? '');
  return (
    <Row label="Folder" hint="Better on another disk. An existing folder, by its whole path.">
      <form
        className={classes.filters}
        onSubmit={(event) => {
          event.preventDefault();
          if (value.trim() !== '') onSave(value.trim());
        }}
      >
        <TextInput
          className={classes.path}
          classNames={{ input: 'mono' }}
          aria-label="Folder"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          autoComplete="off"
        />
        <Button
          type="submit"
          variant="default"
          disabled={value.trim() === '' || value.trim() === folder}
          loading={isPending}
        >
          Save folder
        </Button>
      </form>
    </Row>
  );
}

interface CountRowProps {
  label: string;
  hint?: string;
  value: number;
  onSave(value: number): void;
}

function CountRow({ label, hint, value, onSave }: CountRowProps) {
  const [typed, setTyped] = useState<string | number>(value);
  const save = () => {
    const count = Number(typed);
    if (Number.isInteger(count) && count >= 1 && count <= 365) {
      if (count !== value) onSave(count);
    } else setTyped(value);
  };
  return (
    <Row label={label} hint={hint}>
      <NumberInput
        className={classes.number}
        aria-label={label}
        min={1}
        max={365}
        allowDecimal={false}
        value={typed}
        onChange={setTyped}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save();
        }}
      />
    </Row>
  );
}
