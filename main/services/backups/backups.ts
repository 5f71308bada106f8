import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { z } from 'zod';
import type { BackupSchedule, BackupsStatus, ScheduledBackup } from '../../../preload/contract/backups.ts';
import type { Changes } from '../../base/changes.ts';
import type { Clock } from '../../base/clock.ts';
import { Fault, toErrorData } from '../../base/fault.ts';
import type { JobKind, JobQueue } from '../../base/job.ts';
import type { Log } from '../../base/log.ts';
import type { Facts, Identity } from '../../base/procedure.ts';
import type { Store } from '../../db/index.ts';
import * as queries from './backups.queries.ts';
import { defaultSchedule, dueAt } from './backups.rules.ts';

export interface BackupsDependencies {
  vault: {
    store(): Store;
    onUnlocked(listener: (store: Store) => void): () => void;
    onLocking(listener: () => void): () => void;
    backup(input: { to: string }): Promise<{ path: string; sizeBytes: number }>;
  };
  audit: { event(identity: Identity, action: string, facts: Facts): void };
  jobs: JobQueue;
  changes: Pick<Changes, 'announce'>;
  clock: Clock;
  log: Pick<Log, 'error'>;
  /** Milliseconds between two looks whether one is due, while the store is open. Default: five minutes. */
  lookEveryMs?: number;
}

/** Backups that are made by themselves: at an unlock and while the store is open, when the last one is old enough. */
export interface Backups {
  status(): BackupsStatus;
  /** BAD_INPUT for a folder that is none. */
  change(change: Partial<BackupSchedule>): BackupsStatus;
  /** CONFLICT without a folder, or while one is made. */
  runNow(): { jobId: string };
  /** Files of scheduled backups that are kept. */
  keptFiles(): string[];
  /** Counts no longer what someone removed: how many there are, and when the next one is due, goes by the files that are left. */
  forgetRemoved(): void;
  close(): Promise<void>;
}

const host: Identity = { person: 'Assay', role: 'owner', home: 'host' };
const jobInput = z.object({ folder: z.string() });

export function createBackups(dependencies: BackupsDependencies): Backups {
  const { vault, audit, jobs, changes, clock, log, lookEveryMs = 300_000 } = dependencies;
  let running: string | null = null;
  let timer: ReturnType<typeof setInterval> | null = null;

  const kind: JobKind<z.infer<typeof jobInput>> = {
    kind: 'backups.scheduled',
    lane: 'batch',
    recovery: 'retry',
    input: jobInput,
    title: () => 'Scheduled backup',
    run: async ({ input, report, signal }) => {
      report({ done: 0, total: 1, unit: 'backups' });
      const at = new Date(clock.now()).toISOString();
      try {
        requireFolder(input.folder);
        const { path, sizeBytes } = await vault.backup({ to: input.folder });
        keep({ at, path, sizeBytes, problem: null });
        audit.event(host, 'backups.made', { path, sizeBytes });
        makeRoom();
        report({ done: 1, total: 1, unit: 'backups' });
      } catch (thrown) {
        // A lock or a quit in the middle says nothing about the backup: it is due again at the next unlock.
        if (!signal.aborted) {
          const { message } = toErrorData(thrown);
          keep({ at, path: null, sizeBytes: 0, problem: message });
          audit.event(host, 'backups.failed', { folder: input.folder });
        }
        throw thrown;
      }
    },
    settled: () => {
      running = null;
      changes.announce('backups');
    },
  };
  jobs.register(kind);

  const schedule = (): BackupSchedule => ({ ...defaultSchedule, ...queries.selectSchedule(vault.store().read) });

  function keep(backup: ScheduledBackup): void {
    vault.store().transaction((write) => queries.insertBackup(write, backup));
    changes.announce('backups');
  }

  /** Older ones than are to be kept go; only files that the schedule itself made. */
  function makeRoom(): void {
    forgetRemoved();
    // What lies on a disk that is away is remembered, and counts again when it is back.
    for (const path of keptFiles().filter(existsSync).slice(schedule().keep)) {
      audit.event(host, 'backups.removed', { path });
      rmSync(path, { force: true });
    }
    forgetRemoved();
  }

  function keptFiles(): string[] {
    return queries.selectMade(vault.store().read).flatMap(({ path }) => (path === null ? [] : [path]));
  }

  function forgetRemoved(): void {
    const removed = keptFiles().filter((path) => existsSync(dirname(path)) && !existsSync(path));
    if (removed.length === 0) return;
    vault.store().transaction((write) => {
      for (const path of removed) queries.forgetFile(write, path);
    });
    changes.announce('backups');
  }

  function start(folder: string): string {
    running = jobs.start(kind, { folder });
    changes.announce('backups');
    return running;
  }

  const isRunning = () => running !== null && ['queued', 'running'].includes(jobs.stateOf(running) ?? '');

  function next(): number | null {
    const { read } = vault.store();
    return dueAt(schedule(), queries.selectLast(read), queries.selectMade(read)[0] ?? null, clock.now());
  }

  /** Starts the backup when it is due. */
  function look(): void {
    try {
      forgetRemoved();
      const due = next();
      const { folder } = schedule();
      if (due !== null && folder !== null && due <= clock.now() && !isRunning()) start(folder);
    } catch (thrown) {
      log.error({ code: toErrorData(thrown).code }, 'it could not be found out whether a backup is due');
    }
  }

  function stopLooking(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    running = null;
  }

  const leave = [
    vault.onUnlocked(() => {
      stopLooking();
      timer = setInterval(look, lookEveryMs);
      timer.unref();
      // Later in this turn, when every service has been told of the unlock.
      queueMicrotask(look);
    }),
    vault.onLocking(stopLooking),
  ];

  function status(): BackupsStatus {
    const { read } = vault.store();
    const made = queries.selectMade(read);
    const due = next();
    return {
      schedule: schedule(),
      last: queries.selectLast(read),
      lastGood: made[0] ?? null,
      nextAt: due === null ? null : new Date(due).toISOString(),
      kept: made.filter(({ path }) => path !== null && existsSync(path)),
      isRunning: isRunning(),
    };
  }

  return {
    status,
    change(change) {
      if (change.folder !== undefined && change.folder !== null) requireFolder(change.folder);
      const chosen = { ...schedule(), ...change };
      if (chosen.enabled && chosen.folder === null)
        throw new Fault('BAD_INPUT', 'Choose the folder for the backups first, then turn them on.');
      vault.store().transaction((write) => queries.writeSchedule(write, chosen));
      changes.announce('backups');
      look();
      return status();
    },
    runNow() {
      const { folder } = schedule();
      if (folder === null) throw new Fault('CONFLICT', 'No folder is chosen for the backups. Choose one first.');
      if (isRunning()) throw new Fault('CONFLICT', 'A scheduled backup is being made already.');
      return { jobId: start(folder) };
    },
    keptFiles,
    forgetRemoved,
    async close() {
      for (const one of leave) one();
      stopLooking();
    },
  };
}

function requireFolder(folder: string): void {
  if (!isAbsolute(folder) || !statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Fault(
      'BAD_INPUT',
      `${folder} is no folder that Assay can reach. Make it, or connect its disk, or choose another one.`,
      { facts: { folder } },
    );
}
